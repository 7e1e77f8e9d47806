/** Where seals stand in an archive: a folder that Inspect's readers pass over. */
const SEAL = /^_seals\/([1-9]\d{0,8})\.seal$/;

export function sealMember(position: number): string {
  return `_seals/${position}.seal`;
}

/** The position that a member's name says; undefined when it is no seal. */
export function sealPosition(name: string): number | undefined {
  const position = SEAL.exec(name)?.[1];
  return position === undefined ? undefined : Number(position);
}

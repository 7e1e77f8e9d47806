/**
 * Mounts a new disk over a container's folder. Answers `mounted BYTES`, or `refused AVAILABLE FREE PROMISED RESERVE` when the
 * host has no room for it; arguments: data root, folder, stated size or 0, largest and least size where none is stated, shares,
 * sum of the asker's disks that are there, folders to make on the disk.
 *
 * What is not stated is a share of half of what is free, so that another run finds room too.
 *
 * Images are sparse, as most of a limit is never used. So that all of it can be used all the same, what other disks have not
 * used yet counts as taken (the kernel's mounts are the register, for all processes of all users of the engine), and what the
 * host keeps for itself too: 5 GiB, or 5 % of a disk that is smaller than 100 GiB, and a quarter more, so that the guard of the
 * host's disk (host-guard.ts) has no cause to end one that keeps to what it was promised. One decides at a time, by a lock on the
 * data root itself, which leaves no file.
 *
 * Killed at any point it leaves nothing that the removal of the container does not take along: the mount outside of the data
 * root goes with the helper's namespace, `mount -o loop` makes a device that clears itself with its last mount, and the image
 * lies in the container's own folder until it is deleted, which its device survives.
 */
export const MOUNT_SCRIPT = `set -eu
root=$1 folder=$2 stated=$3 largest=$4 least=$5 shares=$6 own=$7
shift 7
exec 9<"$root"
flock -w 60 9
of() { stat -f -c "%S %$1" "$2" | { read -r size count; echo $((size * count)); }; }
free=$(of a "$root")
reserve=$(($(of b "$root") / 20))
if [ "$reserve" -gt 5368709120 ]; then reserve=5368709120; fi
reserve=$((reserve * 5 / 4))
promised=0
while read -r device target kind rest; do
  case $device:$kind in /dev/loop*:ext4) ;; *) continue ;; esac
  case \${target#"$root/overlay2/"} in */*) ;; *) promised=$((promised + $(of a "$target" || echo 0))) ;; esac
done </proc/mounts
available=$((free - reserve - promised))
bytes=$stated
if [ "$stated" = 0 ]; then
  bytes=$(((available + own) / (2 * shares)))
  if [ "$bytes" -lt "$least" ]; then bytes=$least; fi
  if [ "$bytes" -gt "$largest" ]; then bytes=$largest; fi
fi
if [ "$bytes" -gt "$available" ]; then
  if [ "$available" -lt 0 ]; then available=0; fi
  echo "refused $available $free $promised $reserve"
  exit 0
fi
image=$folder/.limit
point=/run/disk-$$
trap 'umount "$point" 2>/dev/null || :; rmdir "$point" 2>/dev/null || :; rm -f "$image"' EXIT
truncate -s "$bytes" "$image"
mkfs.ext4 -q -F -m 0 -b 4096 -O ^has_journal -E lazy_itable_init=1,nodiscard "$image" >&2
mkdir "$point"
# Tables that are not initialised read as zeros in a sparse file: writing them would take real space. Without "discard", which
# gives space back to the host with each file that is removed, and makes removing twenty times as slow.
mount -o loop,nosuid,nodev,noinit_itable "$image" "$point"
device=$(while read -r device target rest; do if [ "$target" = "$point" ]; then echo "$device"; fi; done </proc/mounts)
losetup --direct-io=on "$device" 2>/dev/null || :
rm "$image"
rmdir "$point/lost+found"
cp -a "$folder/." "$point"
for each do mkdir -p "$point/$each"; done
mount --bind "$point" "$folder"
echo "mounted $bytes"`;

/** Bytes of the file system that a path is on. */
export const MEASURE_SCRIPT = `stat -f -c '%S %b' "$1" | { read -r size count; echo $((size * count)); }`;

/** Bytes that are in use on the file system that a path is on. */
export const USED_SCRIPT = `stat -f -c '%S %b %f' "$1" | { read -r size count free; echo $((size * (count - free))); }`;

/** Where root looks for programs: in no folder that the image's user owns. */
export const SYSTEM_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/** What the loader of programs and shells take from the environment, which may name folders of the image's user. */
export const LOADER_VARIABLES: readonly string[] = [
  "LD_LIBRARY_PATH",
  "LD_PRELOAD",
  "LD_AUDIT",
  "GCONV_PATH",
  "LOCPATH",
  "BASH_ENV",
  "ENV",
];

/**
 * Shell that makes ready to run a command as `$sb_user` (name or uid, with `:group`), in the groups that an engine gives that
 * user and in the group `$sb_mark`, where that is not empty and can be set. It defines `sb_become COMMAND...`, which becomes
 * the command, and `$sb_home`. What cannot be done is written behind the byte 0x15, with exit code 125.
 *
 * Builtins only, as it runs before each command. `setpriv` is known by its folder, not by PATH.
 */
export const BECOME_USER = `sb_refuse() { printf '\\025%s' "$1"; exit 125; }
sb_name=\${sb_user%%:*} sb_group= sb_login= sb_uid= sb_gid= sb_home=/ sb_groups= sb_me=
case $sb_user in *:*) sb_group=\${sb_user#*:} ;; esac
if [ -r /etc/passwd ]; then
  while IFS=: read -r sb_n sb_x sb_u sb_g sb_c sb_h sb_s || [ -n "$sb_n" ]; do
    if [ "$sb_n" = "$sb_name" ] || [ "$sb_u" = "$sb_name" ]; then
      sb_login=$sb_n sb_uid=$sb_u sb_gid=$sb_g sb_home=\${sb_h:-/}
      break
    fi
  done </etc/passwd
fi
case $sb_name in *[!0-9]* | '') ;; *) sb_uid=$sb_name sb_gid=\${sb_gid:-0} ;; esac
if [ -z "$sb_uid" ]; then sb_refuse "no such user $sb_name"; fi
if [ -n "$sb_group" ]; then
  sb_gid=
  while IFS=: read -r sb_n sb_x sb_g sb_m || [ -n "$sb_n" ]; do
    if [ "$sb_n" = "$sb_group" ]; then sb_gid=$sb_g; break; fi
  done </etc/group
  case $sb_group in *[!0-9]*) ;; *) sb_gid=$sb_group ;; esac
  if [ -z "$sb_gid" ]; then sb_refuse "no such user $sb_user"; fi
elif [ -n "$sb_login" ] && [ -r /etc/group ]; then
  while IFS=: read -r sb_n sb_x sb_g sb_m || [ -n "$sb_n" ]; do
    case ",$sb_m," in *",$sb_login,"*) sb_groups="$sb_groups,$sb_g" ;; esac
  done </etc/group
fi
while read -r sb_key sb_x sb_u sb_g; do
  case $sb_key in
    Uid:) sb_me=$sb_u ;;
    Groups:)
      # What the engine adds to every process of the container.
      for sb_g in $sb_x $sb_u $sb_g; do if [ "$sb_g" != 0 ]; then sb_groups="$sb_groups,$sb_g"; fi; done
      break ;;
  esac
done </proc/$$/status
if [ -n "$sb_mark" ]; then
  # A user namespace has too few groups for one that nobody else has.
  read -r sb_x sb_u sb_g </proc/$$/gid_map
  if [ "$((sb_x + sb_g))" -gt "$sb_mark" ]; then sb_groups="$sb_groups,$sb_mark"; fi
fi
sb_setpriv= sb_nice=
for sb_x in /usr/bin /bin; do
  # A fork bomb leaves the one who ends it too little of the processor otherwise.
  if [ -x "$sb_x/nice" ]; then sb_nice="$sb_x/nice -n 10"; break; fi
done
for sb_x in /usr/bin /bin /usr/sbin /sbin /usr/local/bin; do
  if [ -x "$sb_x/setpriv" ]; then sb_setpriv=$sb_x/setpriv; break; fi
done
if [ "$sb_me" = 0 ] && [ -n "$sb_setpriv" ]; then
  sb_become() { exec $sb_nice "$sb_setpriv" --reuid "$sb_uid" --regid "$sb_gid" --groups "$sb_gid$sb_groups" -- "$@"; }
elif [ "$sb_me" = "$sb_uid" ]; then
  sb_become() { exec "$@"; }
elif [ "$sb_me" != 0 ]; then
  sb_refuse "cannot switch users: the container runs as uid $sb_me"
elif [ -x /bin/su ] && [ -n "$sb_login" ]; then
  sb_become() { exec /bin/su -s /bin/sh "$sb_login" -c 'exec "$@"' -- sh "$@"; }
else
  sb_refuse "cannot switch users: the image has neither setpriv nor su"
fi`;

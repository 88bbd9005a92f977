# What deploy/start and deploy/stop share: where things lie, and which processes are ours. Sourced, not run.
# shellcheck disable=SC2154  # me: the name of the command that sources this

top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
var=$top/var

say() { printf '%s: %s\n' "$me" "$*"; }
fail() {
    printf '%s: %s\n' "$me" "$*" >&2
    exit 1
}

# One start or stop at a time. The lock must not be inherited by what is started: 9>&- there.
take_lock() {
    mkdir -p "$var"
    exec 9>"$var/lock"
    flock -n 9 || fail "another deploy/start or deploy/stop is at work in this checkout"
}

# A process is known by its number and the moment it began (field 22 of its stat), so that a number that came round
# again is never taken for ours. The name in field 2 may hold spaces: it is cut off first.
process_began() {
    local stat
    stat=$(cat "/proc/$1/stat" 2>/dev/null) || return 1
    read -r -a stat <<<"${stat##*) }"
    [ "${stat[0]}" != Z ] && printf '%s' "${stat[19]}"
}

# Prints the number of the process that NAME's pid file tells of, if it still runs.
running_pid() {
    local pid began
    read -r pid began 2>/dev/null <"$var/$1.pid" || return 1
    [ -n "$began" ] && [ "$(process_began "$pid")" = "$began" ] && printf '%s' "$pid"
}

# start_process NAME COMMAND...: in the background, in a session of its own, its words in var/NAME.log.
start_process() {
    local name=$1
    shift
    setsid "$@" </dev/null >>"$var/$name.log" 2>&1 9>&- &
    printf '%s %s\n' "$!" "$(process_began "$!")" >"$var/$name.pid"
}

# stop_process NAME SECONDS: asks it to end, waits, and insists only when it does not. Prints nothing.
stop_process() {
    local pid
    pid=$(running_pid "$1") || { rm -f "$var/$1.pid" && return 0; }
    kill -TERM "$pid"
    for ((i = 0; i < $2 * 10; i++)); do
        running_pid "$1" >/dev/null || break
        sleep 0.1
    done
    if running_pid "$1" >/dev/null; then
        say "$1 did not end within $2 s of SIGTERM; sending SIGKILL"
        kill -KILL "$pid"
    fi
    rm -f "$var/$1.pid"
}

# ---- the private PostgreSQL cluster: var/pg, run by postgres when we are root (PostgreSQL refuses root) ----

pg=$var/pg

as_pg() {
    if [ "$(id -u)" -eq 0 ]; then
        # From / because postgres may not be allowed to stand where we do.
        (cd / && exec runuser -u postgres -- "$@")
    else
        "$@"
    fi
}

# The programs of the version that made the cluster; the newest installed one before there is a cluster.
pg_bin() {
    local version dir
    if version=$(cat "$pg/PG_VERSION" 2>/dev/null); then
        dir=/usr/lib/postgresql/$version/bin
        [ -x "$dir/pg_ctl" ] || fail "var/pg was made by PostgreSQL $version, which is not installed any more"
    else
        dir=$(printf '%s\n' /usr/lib/postgresql/*/bin | sort -V | tail -n 1)
        [ -x "$dir/initdb" ] || fail "PostgreSQL is not installed; deploy/install installs it"
    fi
    printf '%s' "$dir"
}

pg_is_running() {
    [ -e "$pg/PG_VERSION" ] && as_pg "$(pg_bin)/pg_ctl" -D "$(readlink -f "$pg")" status >/dev/null 2>&1
}

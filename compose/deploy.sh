#!/usr/bin/env bash
# Brings the containers to a version while the system serves: builds it, checks the settings, migrates, then starts each new container of api and worker and waits
# until it is healthy before an old one ends. Where a step fails, what ran before runs on.
#   deploy.sh             the version of this checkout
#   deploy.sh VERSION     an image that is here already, such as `previous`
set -euo pipefail
cd "$(dirname "$0")/.."

export IMAGE=${IMAGE:-movie-reservation}
# Versions that are kept besides the current and the previous one.
KEPT_VERSIONS=3
# How long a new container may take, and how often it may start again.
START_TIMEOUT_SECONDS=180
MAX_RESTARTS=4
# Logs of containers that were replaced.
KEPT_LOGS=40

files=(--file compose/compose.yaml)
servers=(postgres rabbitmq storage)
cluster=$(sed -n 's/^CLUSTER=["'"'"']\{0,1\}\([A-Za-z0-9]*\).*/\1/p' compose/.env 2> /dev/null | tail -n 1 | tr '[:upper:]' '[:lower:]' || true)
if [ "$cluster" = true ]; then
  files+=(--file compose/cluster/compose.cluster.yaml)
  servers=(pgbouncer rabbitmq1 rabbitmq2 rabbitmq3 storage)
fi
[ ! -e compose/compose.override.yaml ] || files+=(--file compose/compose.override.yaml)
compose() { docker compose "${files[@]}" "$@" 9>&-; }
step() { printf -- '--- %3d s  %s\n' "$SECONDS" "$*"; }
fail() { echo "$*" >&2; exit 1; }
[[ $cluster =~ ^(true|false|)$ ]] || fail "CLUSTER in compose/.env is true or false, not $cluster. Nothing was changed."
# Two at once would each take the new containers of the other for old ones. macOS has no flock.
exec 9> compose/.lock
! command -v flock > /dev/null || flock --nonblock 9 || fail 'Another make up or make rollback runs. Nothing was changed.'
image_id() { docker image inspect --format '{{.Id}}' "$IMAGE:$1" 2> /dev/null || true; }

# The version of package.json and the commit; a checkout with changes gets the time as well.
version_here() {
  local version commit
  version=$(sed -n 's/^  "version": "\(.*\)",$/\1/p' package.json)
  if commit=$(git rev-parse --short HEAD 2> /dev/null); then
    [ -z "$(git status --porcelain 2> /dev/null)" ] || commit="$commit-$(date -u +%Y%m%d%H%M%S)"
  else commit=$(date -u +%Y%m%d%H%M%S); fi
  echo "$version-$commit"
}

# Fails where another program listens on a port that a container is to publish: the container that has it now would be gone before the engine finds out.
check_ports() {
  local own address port
  own=$(compose ps --format '{{.Ports}}')
  while read -r address port; do
    [[ $own != *":$port->"* ]] || continue
    if (: < "/dev/tcp/${address/#0.0.0.0/127.0.0.1}/$port") 2> /dev/null; then
      fail "Another program listens on $address:$port. End it, or choose another port in compose/.env. Nothing was changed."
    fi
  done < <(compose config --format json | tr -d ' ",' | awk -F: '/^host_ip:/ { address = $2 } /^published:/ { print (address ? address : "0.0.0.0"), $2; address = "" }' | sort -u)
}

# wait_until_healthy SERVICE OLD…: waits for every container of the service but the old ones. A start that fails is repeated by the engine, as where the database is slow.
wait_until_healthy() {
  local service=$1 id state deadline=$((SECONDS + START_TIMEOUT_SECONDS)); shift
  for id in $(compose ps --all --quiet "$service"); do
    [[ " $* " != *" $id "* ]] || continue
    until
      state=$(docker inspect --format '{{.State.Health.Status}} {{.RestartCount}}' "$id")
      [ "${state% *}" = healthy ]
    do
      if [ $SECONDS -ge $deadline ] || [ "${state#* }" -ge "$MAX_RESTARTS" ]; then echo "$service: $state restarts" >&2; return 1; fi
      sleep 0.5
    done
  done
}

# Whether files of settings or secrets that a container reads have changed since it started: Compose compares what compose.yaml says, not what they hold.
files_changed() {
  local started source
  started=$(docker inspect --format '{{.State.StartedAt}}' "$1")
  for source in $(docker inspect --format '{{range .Mounts}}{{if eq .Type "bind"}}{{println .Source}}{{end}}{{end}}' "$1"); do
    case $source in "$PWD"/compose/*) ;; *) continue ;; esac
    # Any other folder may be one that the container writes.
    [ -f "$source" ] || [ "$source" = "$PWD/compose/secrets" ] || continue
    [ -z "$(find "$source" -newermt "$started" -print -quit)" ] || return 0
  done
  return 1
}

# restart_changed SERVICE…: one container after the other.
restart_changed() {
  local id
  for id in $(compose ps --quiet "$@"); do
    files_changed "$id" || continue
    step "Files of $(docker inspect --format '{{slice .Name 1}}' "$id") have changed: it starts again"
    docker restart "$id" > /dev/null
    compose up --detach --no-deps --no-recreate --no-build --wait "$(docker inspect --format '{{index .Config.Labels "com.docker.compose.service"}}' "$id")"
  done
}

# Of each service: its containers before, those of them that end, and how many it shall have.
declare -A all=() stale=() wanted=()

# plan SERVICE CONFIGURATION HASHES: sets what is known of it, and adds to `scales` how many containers it has while old and new ones run.
scales=()
plan() {
  local service=$1 hash id state fresh=0 new before=() old=()
  wanted[$service]=$(sed -n "/^    \"$service\": {/,/^    }/s/^      \"scale\": \([0-9]*\).*/\1/p" <<< "$2")
  wanted[$service]=${wanted[$service]:-1}
  hash=$(sed -n "s/^$service //p" <<< "$3")
  mapfile -t before < <(compose ps --all --quiet "$service")
  while read -r id state; do
    [ -n "$id" ] || continue
    if [ "$state" = "$(image_id current) $hash healthy" ] && ! files_changed "$id"; then fresh=$((fresh + 1)); else old+=("$id"); fi
  done < <([ ${#before[@]} = 0 ] || docker inspect --format '{{.Id}} {{.Image}} {{index .Config.Labels "com.docker.compose.config-hash"}} {{.State.Health.Status}}' "${before[@]}")
  new=$((wanted[$service] > fresh ? wanted[$service] - fresh : 0))
  all[$service]="${before[*]}"
  stale[$service]="${old[*]}"
  scales+=(--scale "$service=$((${#before[@]} + new))")
  step "$service: $fresh up to date, $new to start, ${#old[@]} to end"
}

# replace SERVICE…: starts the new containers of all services at the same time, beside the old ones. Those end when every new one is healthy; where one is not, the
# new ones go. Sets `unhealthy` then.
unhealthy=
replace() {
  local service id configuration hashes
  configuration=$(compose config --format json)
  # Of the configuration with what compose/.env holds, as `up` labels its containers: of the files themselves it is another one.
  hashes=$(compose config | docker compose --project-directory compose --file - config --hash '*')
  for service in "$@"; do plan "$service" "$configuration" "$hashes"; done
  compose up --detach --no-deps --no-recreate --no-build "${scales[@]}" "$@" || unhealthy="one of $*"
  for service in "$@"; do
    # shellcheck disable=SC2086
    [ -n "$unhealthy" ] || wait_until_healthy "$service" ${stale[$service]} || unhealthy=$service
  done
  if [ -n "$unhealthy" ]; then
    for id in $(compose ps --all --quiet "$@"); do
      [[ " ${all[*]} " = *" $id "* ]] || { docker logs --tail 20 "$id" >&2 || true; docker rm --force "$id" > /dev/null; }
    done
    return
  fi
  step 'The new containers are healthy; the old ones end'
  # All at once: the new ones serve.
  # shellcheck disable=SC2086,SC2048
  [ -z "${stale[*]// /}" ] || docker stop ${stale[*]} > /dev/null || true
  for id in ${stale[*]}; do
    keep_log "$id"
    docker rm --force "$id" > /dev/null
  done
  # Fewer than before, where the settings say so.
  scales=()
  for service in "$@"; do scales+=(--scale "$service=${wanted[$service]}"); done
  compose up --detach --no-deps --no-recreate --no-build "${scales[@]}" "$@" 2> /dev/null
}

# A container takes its log with it.
keep_log() {
  local name
  name=$(docker inspect --format '{{.Name}}' "$1")
  mkdir -p compose/logs
  docker logs --timestamps "$1" 2>&1 | gzip > "compose/logs/$(date -u +%Y%m%dT%H%M%S)${name//\//-}.log.gz"
  ls -1 compose/logs/*.log.gz | head -n "-$KEPT_LOGS" | xargs -r rm
}

version=${1:-$(version_here)}
if [ -z "$(image_id "$version")" ]; then
  [ $# = 0 ] || fail "There is no image $IMAGE:$version. These are there: $(docker image ls --format '{{.Tag}}' "$IMAGE" | xargs)"
  step "Build $version"
  VERSION=$version compose build migrate
fi
before=$(image_id current)
previous=$(image_id previous)
after=$(image_id "$version")

step 'Check the settings'
VERSION=$version compose run --rm --no-deps --quiet-pull -T cli doctor --only settings || fail 'Nothing was changed.'
check_ports

step 'Start the servers'
# A cluster has an image of its own; where it is unchanged nothing is built.
[ "${servers[0]}" = postgres ] || compose build etcd1
# Those that run stay, with their connections, until everything else is done.
compose up --detach --no-recreate --wait "${servers[@]}"
# But PgBouncer knows its password from its start.
[ "${servers[0]}" = postgres ] || compose up --detach --no-deps --wait pgbouncer

# What ran before has applied its migrations; where a restored database lacks them, its containers do not get healthy.
if [ "$version" != previous ]; then
  step 'Migrate'
  VERSION=$version compose run --rm --no-deps -T migrate || fail 'The migrations were not all applied; what ran before runs on.'
fi

docker image tag "$after" "$IMAGE:current"
[ -z "$before" ] || [ "$before" = "$after" ] || docker image tag "$before" "$IMAGE:previous"
replace api worker
if [ -n "$unhealthy" ]; then
  # As if nothing had been started: a container that restarts later is of the version before.
  [ -z "$before" ] || docker image tag "$before" "$IMAGE:current"
  if [ -n "$previous" ]; then docker image tag "$previous" "$IMAGE:previous"; else docker image rm "$IMAGE:previous" > /dev/null 2>&1 || true; fi
  fail "$unhealthy of $version does not get healthy; what ran before runs on."
fi

step 'Start the rest'
rest=$(compose config --services | grep -vxE 'migrate|bucket|proxy-volume|cli|api|worker' | xargs)
# Of a cluster one machine after the other.
for service in $(grep -E '^(etcd|pg|rabbitmq)[1-3]$' <<< "${rest// /$'\n'}"); do compose up --detach --no-build --no-deps --wait "$service"; done
# shellcheck disable=SC2086
compose up --detach --no-build --wait $rest
# shellcheck disable=SC2086
restart_changed $rest

# Old versions, and what builds of the same version left without a name.
docker image prune --force --filter label=org.opencontainers.image.title=movie-reservation > /dev/null
kept=" $(image_id current) $(image_id previous) "
count=0
for tag in $(docker image ls --format '{{.Tag}}' "$IMAGE"); do
  [ "$tag" != current ] && [ "$tag" != previous ] && [[ $kept != *" $(image_id "$tag") "* ]] || continue
  count=$((count + 1))
  [ $count -le $KEPT_VERSIONS ] || docker image rm "$IMAGE:$tag" > /dev/null
done
step "$version runs. 'make rollback' brings back what ran before."
# What the check before could not know, such as a key that Stripe refuses: the version runs, and its faults are named.
if ! found=$(compose run --rm --no-deps -T cli doctor 2> /dev/null); then
  printf '\nBut not everything around it is well:\n%s\n' "$(grep -A1 '^fault' <<< "$found" | grep -v '^--$')" >&2
fi

#!/usr/bin/env bash
# Shows without Docker that the image works: runs the steps of the Dockerfile itself, stage by stage, in scratch folders and as a user without
# rights, then starts from the result what compose.yaml starts. DATABASE_URL names an empty database to use, AMQP_URL a broker; without the
# first a PostgreSQL of its own is started, without the second the broker is kept in PostgreSQL.
set -euo pipefail
cd "$(dirname "$0")/.."

scratch=$(mktemp -d "${TMPDIR:-/tmp}/movie-reservation-image-XXXXXX")
trap 'chmod -R u+w "$scratch"; rm -rf "$scratch"' EXIT
chmod 755 "$scratch"
mkdir "$scratch"/{bin,context,home,stages}

# The image has Node and npm and nothing of this repository's packages; npm itself comes from the machine.
npm=$(PATH=${PATH//"$PWD/node_modules/.bin:"/} command -v npm)
cp node_modules/node/bin/node "$scratch/bin/node"
ln -s "$(realpath "$npm")" "$scratch/bin/npm"
path="$scratch/bin:/usr/local/bin:/usr/bin:/bin"

unprivileged=()
if [ "$(id -u)" = 0 ]; then
  unprivileged=(setpriv --reuid=65534 --regid=65534 --clear-groups --no-new-privs)
  chown 65534:65534 "$scratch/home" "$scratch/stages"
fi

# How this machine reaches the registry, which is all of the caller's environment that a step gets.
network=("npm_config_registry=$("$npm" config get registry)")
for name in NODE_EXTRA_CA_CERTS HTTP_PROXY HTTPS_PROXY NO_PROXY; do
  [ -z "${!name:-}" ] || network+=("$name=${!name}")
done

# Runs a command in a folder without rights.
as_nobody() {
  local folder=$1; shift
  (cd "$folder" && exec "${unprivileged[@]}" env -i PATH="$path" HOME="$scratch/home" "${network[@]}" "$@")
}

# The build context: of .dockerignore only the forms it uses are understood.
while read -r line; do
  case $line in
    '' | '#'* | '*') ;;
    '!'*) cp -R "${line#!}" "$scratch/context/" ;;
    '**/'*) find "$scratch/context" -name "${line#\*\*/}" -delete ;;
    *) echo "check-image.sh does not understand this line of .dockerignore: $line" >&2; exit 1 ;;
  esac
done < .dockerignore
chmod -R a+rX "$scratch/context"

stage='' workdir='' variables=()

# Copies as COPY does: what is in a folder, or a file; the last argument is relative to the working directory.
copy() {
  local root=$1; shift
  local target="$stage$workdir/${*: -1}" source
  for source in "${@:1:$#-1}"; do
    if [ -d "$root/$source" ]; then
      as_nobody / mkdir -p "$target"
      as_nobody / cp -a "$root/$source/." "$target/"
    else
      as_nobody / cp -a "$root/$source" "$target"
    fi
  done
}

step() {
  local instruction=$1 rest=${2:-}
  local words
  read -ra words <<< "$rest"
  case $instruction in
    FROM)
      [[ ${words[0]} = node:24-* ]] || { echo "check-image.sh has no ${words[0]}" >&2; exit 1; }
      stage="$scratch/stages/${words[2]:-final}" workdir='' variables=()
      ;;
    WORKDIR) workdir=$rest; as_nobody / mkdir -p "$stage$workdir" ;;
    ENV) variables+=("${words[@]}") ;;
    COPY)
      if [[ ${words[0]} = --from=* ]]; then copy "$scratch/stages/${words[0]#--from=}" "${words[@]:1}"
      else copy "$scratch/context" "${words[@]}"; fi
      ;;
    RUN)
      while [[ ${rest} = --mount=* ]]; do rest=${rest#* }; done
      as_nobody "$stage$workdir" "${variables[@]}" sh -c "$rest"
      ;;
    USER | EXPOSE | CMD) ;;
    *) echo "check-image.sh does not understand this instruction: $instruction" >&2; exit 1 ;;
  esac
}

while read -r instruction rest; do
  case $instruction in '' | '#'*) continue ;; esac
  echo "--- $instruction $rest"
  step "$instruction" "$rest"
done < compose/Dockerfile

tree="$stage$workdir"
if [ -e "$tree/node_modules/node" ]; then echo 'The image would bring a Node of its own.' >&2; exit 1; fi
# The root file system of every container is read-only.
chmod -R a-w "$tree"
[ "$(id -u)" != 0 ] || chown -R 0:0 "$tree"
echo "--- The image: $(du -sm "$tree" | cut -f1) MB, $(find "$tree/node_modules" -name package.json -path '*/node_modules/*/package.json' | wc -l) packages."

node --import ./test/support/typescript.mjs compose/check-services.mjs "$tree" "$scratch"

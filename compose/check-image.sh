#!/usr/bin/env bash
# Checks without Docker that the image works. It runs the steps of the Dockerfile, stage by stage, in temporary folders and as an unprivileged
# user. Then it starts from the result what compose.yaml starts. DATABASE_URL may name an empty database; without it the script starts a
# PostgreSQL of its own. AMQP_URL may name a broker; without it the broker is kept in PostgreSQL.
set -euo pipefail
cd "$(dirname "$0")/.."

scratch=$(mktemp -d "${TMPDIR:-/tmp}/movie-reservation-image-XXXXXX")
trap 'chmod -R u+w "$scratch"; rm -rf "$scratch"' EXIT
chmod 755 "$scratch"
mkdir "$scratch"/{bin,context,home,stages}

# The base image has Node and npm, and no package of this repository. Here npm comes from the machine.
npm=$(PATH=${PATH//"$PWD/node_modules/.bin:"/} command -v npm)
cp node_modules/node/bin/node "$scratch/bin/node"
ln -s "$(realpath "$npm")" "$scratch/bin/npm"
path="$scratch/bin:/usr/local/bin:/usr/bin:/bin"

unprivileged=()
if [ "$(id -u)" = 0 ]; then
  unprivileged=(setpriv --reuid=65534 --regid=65534 --clear-groups --no-new-privs)
  chown 65534:65534 "$scratch/home" "$scratch/stages"
fi

# A step gets nothing of the caller's environment but how to reach the package registry.
network=("npm_config_registry=$("$npm" config get registry)")
for name in NODE_EXTRA_CA_CERTS HTTP_PROXY HTTPS_PROXY NO_PROXY; do
  [ -z "${!name:-}" ] || network+=("$name=${!name}")
done

# Runs a command in a folder as an unprivileged user.
as_nobody() {
  local folder=$1; shift
  (cd "$folder" && exec "${unprivileged[@]}" env -i PATH="$path" HOME="$scratch/home" "${network[@]}" "$@")
}

# The build context. Only the forms of .dockerignore that the file uses are supported.
while read -r line; do
  case $line in
    '' | '#'* | '*') ;;
    '!'*) mkdir -p "$scratch/context/$(dirname "${line#!}")"; cp -R "${line#!}" "$scratch/context/${line#!}" ;;
    '**/'*) find "$scratch/context" -name "${line#\*\*/}" -delete ;;
    *) echo "check-image.sh does not understand this line of .dockerignore: $line" >&2; exit 1 ;;
  esac
done < .dockerignore
chmod -R a+rX "$scratch/context"

stage='' workdir='' variables=()

# Copies like COPY: the content of a folder, or a file. The last argument is relative to the working directory.
copy() {
  local root=$1; shift
  local target="$stage$workdir/${*: -1}" source
  for source in "${@:1:$#-1}"; do
    if [ -d "$root/$source" ]; then
      as_nobody / mkdir -p "$target"
      as_nobody / cp -a "$root/$source/." "$target/"
    else
      [[ $target != */ ]] || as_nobody / mkdir -p "$target"
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

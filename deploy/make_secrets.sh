#!/bin/sh
# Makes the secrets of docker-compose.yml, each once: what is there already stays. Run it where docker-compose.yml lies.
set -eu
umask 077
mkdir -p secrets
random() { openssl rand -base64 "$1" | tr '+/' '-_' | tr -d '=\n'; }
# Nobody gets into the folder; containers are given single files of it, which their own users must be able to read.
once() { [ -s "secrets/$1" ] || { printf '%s' "$2" > "secrets/$1"; chmod 444 "secrets/$1"; }; }
once postgres_password "$(random 32)"
once owner_url "postgres://portal:$(cat secrets/postgres_password)@postgres:5432/portal"
once database_url "postgres://portal_app:$(random 32)@postgres:5432/portal"
once secret_key "$(random 64)"
once metrics_token "$(random 32)"
once vapid_private_key "$(random 32)"
once backup_key "$(random 32)"
once email_url "${EMAIL_URL:?set EMAIL_URL for this command, as smtp+tls://user:password@host:587}"
echo "secrets/ is whole. Keep secret_key, vapid_private_key and backup_key where this machine is not."

#!/bin/sh
# How the files here were made, by minisign 0.11 of Debian 12. plain.key has no password, that of locked.key is "correct horse".
set -e
minisign -G -W -p plain.pub -s plain.key
printf 'correct horse\ncorrect horse\n' | minisign -G -p locked.pub -s locked.key
echo hello > hello.txt
minisign -S -m hello.txt -s plain.key -t "$(printf 'timestamp:1700000000\tfile:hello.txt\thashed')"
minisign -S -m hello.txt -s plain.key -l -x legacy.minisig
printf 'correct horse\n' | minisign -S -m hello.txt -s locked.key -t locked -x locked.minisig

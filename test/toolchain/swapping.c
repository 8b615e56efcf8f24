/* Exchanges a plugin between the check and the open: plugin.Open asks realpath(3) for the name right before dlopen. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

char *realpath(const char *path, char *resolved) {
  char *(*real)(const char *, char *) = dlsym(RTLD_NEXT, "realpath");
  const char *plugin = getenv("SWAP_PLUGIN"), *with = getenv("SWAP_WITH"), *name = plugin ? strrchr(plugin, '/') + 1 : NULL;
  if (name && with && strstr(path, name) && rename(with, plugin) == 0) fputs("swapped\n", stderr);
  return real(path, resolved);
}

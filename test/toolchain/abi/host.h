// A host in C, through the header alone: keeps what a plugin registers, logs, reports and emits.
#ifndef HOST_H
#define HOST_H

#include "otelcol_plugin.h"

#include <stdatomic.h>
#include <stdbool.h>

struct otc_buffer {
	char *data;
	size_t size;
};

struct otc_instance {
	char name[64];
	uint32_t signal;        // what it may emit
	atomic_bool open;       // from start until shutdown returned
	atomic_long emitted;    // batches taken
	atomic_long refused;    // batches answered with OTC_RETRYABLE
	atomic_long bytes;      // of the batches taken
	atomic_long strays;     // batches that came when none may
};

extern const otc_host_api host_api;

// How many of the next batches are refused, and whether emit blocks: the back-pressure of a pipeline.
extern atomic_long host_refuses;
extern atomic_bool host_blocks;

// The components, copied as the header says.
extern otc_component host_components[16];
extern size_t host_component_count;

const char *host_code(int32_t code);
const char *host_kind(uint32_t kind);
const char *host_signal(uint32_t signal);
void host_free_buffer(otc_buffer *buffer);
// Prints the log entries and the statuses that came since the last time, sorted: threads race.
void host_print_log(void);
void host_forget(void);

#endif

#include "host.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { MOST_ENTRIES = 1024 };

atomic_long host_refuses;
atomic_bool host_blocks;
otc_component host_components[16];
size_t host_component_count;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static char *entries[MOST_ENTRIES];
static size_t entry_count;

static char *copied(const char *text, size_t size) {
	char *copy = malloc(size + 1);
	if (size > 0) memcpy(copy, text, size);
	copy[size] = 0;
	return copy;
}

const char *host_code(int32_t code) {
	static const char *const names[] = {"ok", "retryable", "permanent", "config", "panic", "abi", "unchanged"};
	return code >= 0 && code <= 6 ? names[code] : "a code that is not known";
}

const char *host_kind(uint32_t kind) {
	static const char *const names[] = {"", "receiver", "processor", "exporter", "connector", "extension"};
	return kind >= 1 && kind <= 5 ? names[kind] : "";
}

const char *host_signal(uint32_t signal) {
	static const char *const names[] = {"none", "traces", "metrics", "logs"};
	return signal <= 3 ? names[signal] : "";
}

static int32_t register_component(const otc_host_api *host, const otc_component *component) {
	if (component->struct_size < sizeof *component || host_kind(component->kind)[0] == 0) return OTC_ABI;
	if (component->create == NULL || component->destroy == NULL) return OTC_ABI;
	for (size_t i = 0; i < host_component_count; i++) {
		const otc_component *other = &host_components[i];
		bool same = other->kind == component->kind && other->type_size == component->type_size;
		if (same && memcmp(other->type, component->type, other->type_size) == 0) return OTC_PERMANENT;
	}
	otc_component *kept = &host_components[host_component_count++];
	*kept = *component;
	kept->type = copied(component->type, component->type_size);
	kept->descriptor = copied(component->descriptor, component->descriptor_size);
	return host == &host_api ? OTC_OK : OTC_ABI;
}

static uint8_t *buf_extend(otc_buffer *buffer, size_t size) {
	char *grown = realloc(buffer->data, buffer->size + size);
	if (grown == NULL) return NULL;
	buffer->data = grown;
	buffer->size += size;
	return (uint8_t *)grown + buffer->size - size;
}

static int32_t buf_append(otc_buffer *buffer, const void *data, size_t size) {
	uint8_t *room = buf_extend(buffer, size);
	if (room == NULL) return OTC_RETRYABLE;
	memcpy(room, data, size);
	return OTC_OK;
}

static void keep(char *entry) {
	pthread_mutex_lock(&lock);
	if (entry_count < MOST_ENTRIES) entries[entry_count++] = entry;
	else free(entry);
	pthread_mutex_unlock(&lock);
}

static void note(const char *what, const char *level, const otc_instance *instance, const char *text, size_t size, const char *fields) {
	const char *name = instance == NULL ? "plugin" : instance->name;
	size_t most = size + strlen(fields) + 128;
	char *entry = malloc(most);
	snprintf(entry, most, "  %s %s %s: %.*s%s%s", what, level, name, (int)size, text, fields[0] ? " " : "", fields);
	keep(entry);
}

static void log_entry(const otc_host_api *host, otc_instance *instance, uint32_t level, const char *message, size_t message_size, const char *fields, size_t fields_size) {
	static const char *const names[] = {"debug", "info", "warn", "error"};
	(void)host;
	char *attributes = copied(fields, fields_size);
	note("log", level <= 3 ? names[level] : "?", instance, message, message_size, attributes);
	free(attributes);
}

static void report_status(otc_instance *instance, uint32_t status, const char *message, size_t message_size) {
	static const char *const names[] = {"ok", "recoverable", "permanent", "fatal"};
	note("status", status <= 3 ? names[status] : "?", instance, message, message_size, "");
}

static void doze(void) {
	const struct timespec millisecond = {0, 1000000};
	nanosleep(&millisecond, NULL);
}

static int32_t emit(otc_instance *instance, const otc_batch *batch, char *error, size_t error_capacity) {
	if (!atomic_load(&instance->open) || batch->signal != instance->signal) {
		atomic_fetch_add(&instance->strays, 1);
		return OTC_PERMANENT;
	}
	while (atomic_load(&host_blocks)) doze();
	if (atomic_fetch_sub(&host_refuses, 1) > 0) {
		atomic_fetch_add(&instance->refused, 1);
		if (error != NULL && error_capacity > 0) snprintf(error, error_capacity, "the pipeline is busy");
		return OTC_RETRYABLE;
	}
	atomic_fetch_add(&host_refuses, 1);
	atomic_fetch_add(&instance->bytes, (long)batch->otlp_size);
	atomic_fetch_add(&instance->emitted, 1);
	return OTC_OK;
}

static const char collector[] = "harness/1.0";

const otc_host_api host_api = {
	sizeof host_api, OTC_ABI_VERSION, register_component, buf_append, buf_extend, log_entry, emit, report_status,
	collector,       sizeof collector - 1,
};

void host_free_buffer(otc_buffer *buffer) {
	free(buffer->data);
	*buffer = (otc_buffer){0};
}

static int by_text(const void *a, const void *b) { return strcmp(*(char *const *)a, *(char *const *)b); }

void host_print_log(void) {
	pthread_mutex_lock(&lock);
	qsort(entries, entry_count, sizeof *entries, by_text);
	for (size_t i = 0; i < entry_count; i++) {
		puts(entries[i]);
		free(entries[i]);
	}
	entry_count = 0;
	pthread_mutex_unlock(&lock);
}

void host_forget(void) {
	for (size_t i = 0; i < host_component_count; i++) {
		free((void *)host_components[i].type);
		free((void *)host_components[i].descriptor);
	}
	host_component_count = 0;
	for (size_t i = 0; i < entry_count; i++) free(entries[i]);
	entry_count = 0;
}

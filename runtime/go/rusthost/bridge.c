#define _GNU_SOURCE
#include "bridge.h"

#include <dlfcn.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "_cgo_export.h"

static atomic_size_t buffers;

size_t ocx_buffers(void) { return atomic_load(&buffers); }

static uint8_t *extend(otc_buffer *buffer, size_t size) {
	if (size > buffer->limit - buffer->size) return NULL;
	size_t needed = buffer->size + size;
	if (needed > buffer->capacity || buffer->data == NULL) {
		size_t capacity = buffer->capacity < 256 ? 256 : buffer->capacity;
		while (capacity < needed) capacity = capacity > buffer->limit / 2 ? buffer->limit : capacity * 2;
		if (capacity > buffer->limit) capacity = buffer->limit;
		uint8_t *data = realloc(buffer->data, capacity);
		if (data == NULL) return NULL;
		if (buffer->data == NULL) atomic_fetch_add(&buffers, 1);
		buffer->data = data;
		buffer->capacity = capacity;
	}
	uint8_t *at = buffer->data + buffer->size;
	buffer->size = needed;
	return at;
}

void ocx_buffer_free(otc_buffer *buffer) {
	if (buffer->data == NULL) return;
	free(buffer->data);
	buffer->data = NULL;
	atomic_fetch_sub(&buffers, 1);
}

static uint8_t *host_buf_extend(otc_buffer *buffer, size_t size) { return extend(buffer, size); }

static int32_t host_buf_append(otc_buffer *buffer, const void *data, size_t size) {
	if (size == 0) return OTC_OK;
	uint8_t *at = extend(buffer, size);
	if (at == NULL) return OTC_RETRYABLE;
	memcpy(at, data, size);
	return OTC_OK;
}

static int32_t host_register_component(const otc_host_api *host, const otc_component *component) {
	// A plugin of a later revision has more fields behind those that are known here.
	if (component->struct_size < sizeof *component) return OTC_ABI;
	otc_component known = *component;
	known.struct_size = sizeof known;
	return ocxRegisterComponent(((const ocx_host *)host)->library, &known);
}

static void host_log(const otc_host_api *host, otc_instance *instance, uint32_t level, const char *message, size_t message_size,
                     const char *fields, size_t fields_size) {
	ocxLog(((const ocx_host *)host)->library, (uintptr_t)instance, level, (char *)message, message_size, (char *)fields, fields_size);
}

static int32_t host_emit(otc_instance *instance, const otc_batch *batch, char *error, size_t error_capacity) {
	if (!OTC_HAS(otc_batch, batch, timeout_ns)) return OTC_ABI;
	return ocxEmit((uintptr_t)instance, batch->signal, (uint8_t *)batch->otlp, batch->otlp_size, batch->timeout_ns, error, error_capacity);
}

static void host_report_status(otc_instance *instance, uint32_t status, const char *message, size_t message_size) {
	ocxReportStatus((uintptr_t)instance, status, (char *)message, message_size);
}

ocx_host *ocx_host_new(uintptr_t library, const char *collector, size_t collector_size) {
	ocx_host *host = calloc(1, sizeof *host);
	if (host == NULL) abort();
	host->api = (otc_host_api){
		.struct_size = sizeof host->api,
		.abi_version = OTC_ABI_VERSION,
		.register_component = host_register_component,
		.buf_append = host_buf_append,
		.buf_extend = host_buf_extend,
		.log = host_log,
		.emit = host_emit,
		.report_status = host_report_status,
		.collector = collector,
		.collector_size = collector_size,
	};
	host->library = library;
	return host;
}

void *ocx_open(const char *path, char **error) {
	void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
	if (library == NULL) *error = strdup(dlerror());
	return library;
}

void *ocx_symbol(void *library, const char *name, char **error) {
	void *symbol = dlsym(library, name);
	if (symbol == NULL) {
		const char *reason = dlerror();
		*error = strdup(reason == NULL ? "the symbol is null" : reason);
	}
	return symbol;
}

int32_t ocx_register(void *function, ocx_host *host) {
	int32_t (*registers)(const otc_host_api *) = (int32_t (*)(const otc_host_api *))function;
	return registers(&host->api);
}

int32_t ocx_validate(const otc_component *component, const char *config, size_t config_size, otc_buffer *error) {
	return component->validate == NULL ? OTC_OK : component->validate(component->context, config, config_size, error);
}

int32_t ocx_create(const otc_component *component, otc_settings settings, uintptr_t instance, const char *id, const char *config,
                   void **handle, otc_buffer *error) {
	settings.struct_size = sizeof settings;
	settings.instance = (otc_instance *)instance;
	settings.id = id;
	settings.config = config;
	return component->create(component->context, &settings, handle, error);
}

int32_t ocx_start(const otc_component *component, void *handle, otc_buffer *error) {
	return component->start == NULL ? OTC_OK : component->start(handle, error);
}

int32_t ocx_consume(const otc_component *component, void *handle, uint32_t signal, const uint8_t *otlp, size_t otlp_size,
                    uint64_t timeout_ns, otc_buffer *output, otc_buffer *error) {
	otc_batch batch = {.struct_size = sizeof batch, .signal = signal, .otlp = otlp, .otlp_size = otlp_size, .timeout_ns = timeout_ns};
	return component->consume(handle, &batch, output, error);
}

int32_t ocx_shutdown(const otc_component *component, void *handle, uint64_t timeout_ns, otc_buffer *error) {
	return component->shutdown == NULL ? OTC_OK : component->shutdown(handle, timeout_ns, error);
}

void ocx_destroy(const otc_component *component, void *handle) { component->destroy(handle); }

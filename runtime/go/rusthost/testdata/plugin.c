// A plugin in plain C, for the tests of the host: what its components do stands in their configuration, as `"do": "..."`.
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../otelcol_plugin.h"

static const otc_host_api *host;

typedef struct instance {
	otc_instance *seen_by_host;
	uint32_t signal, output;
	char todo[64];
	char config[1024];
	pthread_t thread;
	int has_thread;
	atomic_int stopping;
} instance;

static void say(otc_buffer *buffer, const char *text) { host->buf_append(buffer, text, strlen(text)); }

static int is(const instance *self, const char *what) { return strcmp(self->todo, what) == 0; }

// The value of a text field of the configuration: enough of JSON for tests.
static void field(const char *config, const char *name, char *to, size_t capacity) {
	char key[64];
	snprintf(key, sizeof key, "\"%s\":\"", name);
	const char *at = strstr(config, key);
	size_t n = 0;
	if (at != NULL)
		for (at += strlen(key); *at != '"' && *at != 0 && n + 1 < capacity; at++) to[n++] = *at;
	to[n] = 0;
}

static int32_t validate(void *context, const char *config, size_t size, otc_buffer *error) {
	char todo[64];
	(void)context;
	(void)size;
	field(config, "do", todo, sizeof todo);
	if (strcmp(todo, "nonsense") != 0) return OTC_OK;
	say(error, "do: there is no such thing as nonsense\nrules[1]::pattern: unclosed group\n");
	return OTC_CONFIG;
}

static int32_t create(void *context, const otc_settings *settings, void **handle, otc_buffer *error) {
	(void)context;
	instance *self = calloc(1, sizeof *self);
	self->seen_by_host = settings->instance;
	self->signal = settings->signal;
	self->output = settings->output_signal;
	field(settings->config, "do", self->todo, sizeof self->todo);
	snprintf(self->config, sizeof self->config, "%.*s", (int)settings->config_size, settings->config);
	if (is(self, "panic in create")) {
		free(self);
		say(error, "create panicked");
		return OTC_PANIC;
	}
	if (settings->config[settings->config_size] != 0 || settings->id[settings->id_size] != 0) {
		free(self);
		say(error, "no NUL behind a text");
		return OTC_ABI;
	}
	*handle = self;
	return OTC_OK;
}

// One resource with one attribute-less span, metric or log record: field 1 (resource) { 2: { 2: {} } }.
static const uint8_t one[] = {0x0a, 0x04, 0x12, 0x02, 0x12, 0x00};

static int32_t emit(instance *self, uint32_t signal, const uint8_t *otlp, size_t size, char *error, size_t capacity) {
	otc_batch batch = {.struct_size = sizeof batch, .signal = signal, .otlp = otlp, .otlp_size = size};
	return host->emit(self->seen_by_host, &batch, error, capacity);
}

static void *receive(void *argument) {
	instance *self = argument;
	char error[48], message[128];
	int taken = 0;
	while (!self->stopping && taken < 1000) {
		int32_t code = emit(self, self->signal, one, sizeof one, error, sizeof error);
		if (code == OTC_OK) {
			taken++;
			continue;
		}
		snprintf(message, sizeof message, "refused with %d: %s", code, error);
		host->log(host, self->seen_by_host, OTC_LOG_WARN, message, strlen(message), "{\"attempt\":7}", 13);
		if (code != OTC_RETRYABLE) break;
		usleep(1000);
	}
	snprintf(message, sizeof message, "emitted %d", taken);
	host->log(host, self->seen_by_host, OTC_LOG_INFO, message, strlen(message), NULL, 0);
	return NULL;
}

static int32_t start(void *handle, otc_buffer *error) {
	instance *self = handle;
	if (is(self, "fail in start")) {
		say(error, "the port is taken");
		return OTC_RETRYABLE;
	}
	if (is(self, "receive")) self->has_thread = pthread_create(&self->thread, NULL, receive, self) == 0;
	if (is(self, "unwell")) host->report_status(self->seen_by_host, OTC_STATUS_RECOVERABLE, "the server is away", 18);
	return OTC_OK;
}

static int32_t consume(void *handle, const otc_batch *batch, otc_buffer *output, otc_buffer *error) {
	instance *self = handle;
	if (is(self, "unchanged")) return OTC_UNCHANGED;
	if (is(self, "drop")) return OTC_OK;
	if (is(self, "retryable")) return say(error, "busy"), OTC_RETRYABLE;
	if (is(self, "permanent")) return say(error, "bad \x1b[31mdata\xff"), OTC_PERMANENT;
	if (is(self, "panic")) return say(error, "index out of bounds"), OTC_PANIC;
	if (is(self, "silent")) return OTC_PERMANENT;
	if (is(self, "strange")) return 99;
	if (is(self, "no otlp")) return host->buf_append(output, "\xff\xff\xff", 3);
	if (is(self, "too much")) {
		for (int i = 0; i < 100000; i++)
			if (host->buf_append(error, self->config, sizeof self->config) != OTC_OK) return OTC_PERMANENT;
		return OTC_OK;
	}
	if (is(self, "slow")) {
		for (int i = 0; i < 2000 && !self->stopping; i++) usleep(1000);
		if (self->stopping) return say(error, "stopped in the middle"), OTC_RETRYABLE;
	}
	if (is(self, "stuck")) sleep(3);
	if (is(self, "emit")) {
		int32_t code = emit(self, batch->signal, batch->otlp, batch->otlp_size, NULL, 0);
		return code == OTC_OK ? emit(self, batch->signal, batch->otlp, batch->otlp_size, NULL, 0) : code;
	}
	if (is(self, "wrong signal")) return emit(self, batch->signal % 3 + 1, batch->otlp, batch->otlp_size, NULL, 0) == OTC_ABI ? OTC_OK : OTC_PERMANENT;
	if (output == NULL) return OTC_OK;
	if (self->output != 0 && self->output != batch->signal) return host->buf_append(output, one, sizeof one);
	// Twice as much as goes in, in pieces: what was appended first stays when the buffer grows.
	for (size_t i = 0; i < batch->otlp_size; i += 1000) {
		size_t size = batch->otlp_size - i < 1000 ? batch->otlp_size - i : 1000;
		uint8_t *at = host->buf_extend(output, size);
		if (at == NULL) return OTC_RETRYABLE;
		memcpy(at, batch->otlp + i, size);
	}
	return OTC_OK;
}

static int32_t shutdown(void *handle, uint64_t timeout_ns, otc_buffer *error) {
	instance *self = handle;
	(void)timeout_ns;
	self->stopping = 1;
	if (self->has_thread) pthread_join(self->thread, NULL);
	if (is(self, "last words") && emit(self, self->signal, one, sizeof one, NULL, 0) != OTC_OK) return say(error, "nobody listened"), OTC_RETRYABLE;
	if (is(self, "panic in shutdown")) return say(error, "shutdown panicked"), OTC_PANIC;
	if (is(self, "never stops")) sleep(3);
	return OTC_OK;
}

static void destroy(void *handle) { free(handle); }

#define TEXT(s) s, sizeof s - 1
#define DESCRIPTOR                                                                                                            \
	"{\"stability\":{\"traces\":\"beta\",\"traces_to_metrics\":\"alpha\"},\"docs\":\"What it is told.\","                       \
	"\"config_schema\":{\"type\":\"object\",\"properties\":{\"do\":{\"type\":\"string\"},\"token\":{\"type\":\"string\","       \
	"\"writeOnly\":true},\"limit\":{\"type\":\"integer\"},\"nested\":{\"$ref\":\"#/$defs/Nested\"}},"                           \
	"\"$defs\":{\"Nested\":{\"type\":\"object\",\"properties\":{\"name\":{\"type\":[\"string\",\"null\"]},"                     \
	"\"list\":{\"type\":\"array\",\"items\":{\"type\":\"string\"}}}}}},"                                                        \
	"\"default_config\":{\"do\":\"copy\",\"token\":\"\",\"limit\":1000000,\"nested\":{\"name\":\"a\",\"list\":[]}}}"

OTC_EXPORT int32_t register_collector_plugin(const otc_host_api *api) {
	if (api->abi_version != OTC_ABI_VERSION) return OTC_ABI;
	host = api;
	const uint32_t all = OTC_SIGNAL_BIT(OTC_SIGNAL_TRACES) | OTC_SIGNAL_BIT(OTC_SIGNAL_METRICS) | OTC_SIGNAL_BIT(OTC_SIGNAL_LOGS);
	otc_component c = {.struct_size = sizeof c, .type = "c", .type_size = 1, .descriptor = DESCRIPTOR, .descriptor_size = sizeof DESCRIPTOR - 1};
	c.validate = validate;
	c.create = create;
	c.start = start;
	c.shutdown = shutdown;
	c.destroy = destroy;
	host->log(host, NULL, OTC_LOG_INFO, TEXT("registering"), NULL, 0);
#ifdef FAULT
	FAULT;
#endif
	for (uint32_t kind = OTC_KIND_RECEIVER; kind <= OTC_KIND_EXTENSION; kind++) {
		c.kind = kind;
		c.signals = kind <= OTC_KIND_EXPORTER ? all : 0;
		c.connections = kind == OTC_KIND_CONNECTOR ? OTC_CONNECTION_BIT(OTC_SIGNAL_TRACES, OTC_SIGNAL_METRICS) | OTC_CONNECTION_BIT(OTC_SIGNAL_LOGS, OTC_SIGNAL_LOGS) : 0;
		c.consume = kind == OTC_KIND_RECEIVER || kind == OTC_KIND_EXTENSION ? NULL : consume;
		int32_t code = host->register_component(host, &c);
		if (code != OTC_OK) return code;
	}
	return OTC_OK;
}

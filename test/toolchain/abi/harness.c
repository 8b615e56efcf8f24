// Loads a plugin, does with it what the lines of standard input say, and prints what came of it.
//
//   harness PLUGIN < SCRIPT
//
//   components                        what was registered
//   validate KIND/TYPE JSON
//   create NAME KIND/TYPE SIGNAL[>SIGNAL] JSON
//   start NAME
//   consume NAME [BATCHES [THREADS [TIMEOUT_MS]]]     a batch of its signal each; codes are counted
//   begin NAME ... and wait NAME      the same, in the background
//   garbage NAME                      a batch that is no OTLP
//   refuse N                          emit answers the next N batches with retryable
//   pause MS
//   block, unblock                    emit waits
//   await NAME N                      until N batches were emitted (10 s)
//   emitted NAME
//   tcp PORT TEXT                     sends it and a newline to this machine
//   shutdown NAME [TIMEOUT_MS]
//   destroy NAME
//   log                               log entries and statuses since the last time
//
// At the end the library is unloaded.
#include "host.h"

#include <arpa/inet.h>
#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { MOST_USES = 32, MOST_THREADS = 64, CODES = 7 };

typedef struct {
	otc_instance host; // first: an otc_instance* is a use
	const otc_component *component;
	uint32_t signal;
	void *handle;
	long batches, threads;
	uint64_t timeout_ns;
	pthread_t background;
	atomic_long entered; // calls that have begun
	atomic_long codes[CODES];
	atomic_long output;
	pthread_mutex_t lock;
	char *message; // the first of a batch that failed
} use;

static use uses[MOST_USES];
static size_t use_count;

// One span "s", one gauge "m" with a point, one record "l": OTLP by hand.
static const uint8_t traces[] = {0x0a, 0x07, 0x12, 0x05, 0x12, 0x03, 0x2a, 0x01, 's'};
static const uint8_t metrics[] = {0x0a, 0x0b, 0x12, 0x09, 0x12, 0x07, 0x0a, 0x01, 'm', 0x2a, 0x02, 0x0a, 0x00};
static const uint8_t logs[] = {0x0a, 0x09, 0x12, 0x07, 0x12, 0x05, 0x2a, 0x03, 0x0a, 0x01, 'l'};

static otc_batch batch_of(uint32_t signal) {
	otc_batch batch = {sizeof batch, signal, traces, sizeof traces, 0};
	if (signal == OTC_SIGNAL_METRICS) batch.otlp = metrics, batch.otlp_size = sizeof metrics;
	if (signal == OTC_SIGNAL_LOGS) batch.otlp = logs, batch.otlp_size = sizeof logs;
	return batch;
}

static void answer(int32_t code, otc_buffer *error) {
	printf("  %s%s%.*s\n", host_code(code), error->size ? ": " : "", (int)error->size, error->data ? error->data : "");
	host_free_buffer(error);
}

static void pause_ms(long milliseconds) {
	const struct timespec time = {milliseconds / 1000, milliseconds % 1000 * 1000000};
	nanosleep(&time, NULL);
}

static use *named(const char *name) {
	for (size_t i = 0; i < use_count; i++)
		if (strcmp(uses[i].host.name, name) == 0) return &uses[i];
	printf("  there is no %s\n", name);
	exit(1);
}

static const otc_component *component(const char *name) {
	for (size_t i = 0; i < host_component_count; i++) {
		char full[128];
		snprintf(full, sizeof full, "%s/%s", host_kind(host_components[i].kind), host_components[i].type);
		if (strcmp(full, name) == 0) return &host_components[i];
	}
	printf("  there is no %s\n", name);
	exit(1);
}

static uint32_t signal_of(const char *name) {
	for (uint32_t signal = 0; signal <= 3; signal++)
		if (strcmp(host_signal(signal), name) == 0) return signal;
	return 99;
}

static void create(const char *name, const char *type, char *signals, const char *config) {
	use *made = &uses[use_count++];
	char *output = strchr(signals, '>');
	if (output != NULL) *output++ = 0;
	made->component = component(type);
	made->signal = signal_of(signals);
	made->host.signal = output ? signal_of(output) : made->signal;
	snprintf(made->host.name, sizeof made->host.name, "%s", name);
	pthread_mutex_init(&made->lock, NULL);
	otc_settings settings = {sizeof settings,       made->signal, output ? made->host.signal : 0, OTC_LOG_INFO, &made->host,
	                         made->host.name,       strlen(name), config,                         strlen(config)};
	otc_buffer error = {0};
	answer(made->component->create(made->component->context, &settings, &made->handle, &error), &error);
}

static void *work(void *argument) {
	use *one = argument;
	for (long i = 0; i < one->batches; i++) {
		otc_batch batch = batch_of(one->signal);
		batch.timeout_ns = one->timeout_ns;
		otc_buffer output = {0}, error = {0};
		atomic_fetch_add(&one->entered, 1);
		bool exports = one->component->kind == OTC_KIND_EXPORTER;
		int32_t code = one->component->consume(one->handle, &batch, exports ? NULL : &output, &error);
		atomic_fetch_add(&one->codes[code >= 0 && code < CODES ? code : OTC_ABI], 1);
		atomic_fetch_add(&one->output, (long)output.size);
		pthread_mutex_lock(&one->lock);
		if (one->message == NULL && error.size > 0) one->message = strndup(error.data, error.size);
		pthread_mutex_unlock(&one->lock);
		host_free_buffer(&output);
		host_free_buffer(&error);
	}
	return NULL;
}

static void *work_all(void *argument) {
	use *one = argument;
	pthread_t threads[MOST_THREADS];
	for (long i = 0; i < one->threads; i++) pthread_create(&threads[i], NULL, work, one);
	for (long i = 0; i < one->threads; i++) pthread_join(threads[i], NULL);
	return NULL;
}

static void prepare(use *one, const char *batches, const char *threads, const char *timeout) {
	one->batches = batches ? atol(batches) : 1;
	one->threads = threads ? atol(threads) : 1;
	one->timeout_ns = timeout ? (uint64_t)atol(timeout) * 1000000u : 0;
	one->output = 0;
	one->entered = 0;
	for (int code = 0; code < CODES; code++) one->codes[code] = 0;
}

static void tell(use *one) {
	for (int code = 0; code < CODES; code++)
		if (one->codes[code] > 0) printf("  %s %ld\n", host_code(code), (long)one->codes[code]);
	if (one->output > 0) printf("  output %ld bytes\n", (long)one->output);
	if (one->message != NULL) printf("  %s\n", one->message);
	free(one->message);
	one->message = NULL;
}

static void garbage(use *one) {
	static const uint8_t noise[] = {0xff, 0xff, 0xff};
	otc_batch batch = {sizeof batch, one->signal, noise, sizeof noise, 0};
	otc_buffer output = {0}, error = {0};
	answer(one->component->consume(one->handle, &batch, &output, &error), &error);
	host_free_buffer(&output);
}

static void await(use *one, long wanted) {
	for (int i = 0; i < 10000 && atomic_load(&one->host.emitted) < wanted; i++) pause_ms(1);
	printf("  %s\n", atomic_load(&one->host.emitted) < wanted ? "never" : "emitted");
}

static void tcp(const char *port, const char *text) {
	struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(port)), .sin_addr = {htonl(INADDR_LOOPBACK)}};
	int connection = socket(AF_INET, SOCK_STREAM, 0);
	bool sent = connect(connection, (struct sockaddr *)&address, sizeof address) == 0 && dprintf(connection, "%s\n", text) > 0;
	printf("  %s\n", sent ? "sent" : "not sent");
	close(connection);
}

static void print_components(void) {
	for (size_t i = 0; i < host_component_count; i++) {
		const otc_component *one = &host_components[i];
		printf("  %s/%s signals %x connections %llx %.*s\n", host_kind(one->kind), one->type, (unsigned)one->signals,
		       (unsigned long long)one->connections, (int)one->descriptor_size, one->descriptor);
	}
}

// On a thread of its own: what Rust keeps in thread-local storage holds a library until the thread has ended.
static void *follow(void *unused) {
	char *line = NULL;
	size_t room = 0;
	while (getline(&line, &room, stdin) > 0) {
		line[strcspn(line, "\n")] = 0;
		if (line[0] == 0 || line[0] == '#') continue;
		printf("%s\n", line);
		char *rest = line;
		const char *verb = strsep(&rest, " ");
		if (strcmp(verb, "validate") == 0) {
			const otc_component *one = component(strsep(&rest, " "));
			otc_buffer error = {0};
			answer(one->validate(one->context, rest, strlen(rest), &error), &error);
			continue;
		}
		char *name = strsep(&rest, " ");
		if (strcmp(verb, "create") == 0) {
			char *type = strsep(&rest, " "), *signals = strsep(&rest, " ");
			create(name, type, signals, rest);
			continue;
		}
		if (strcmp(verb, "tcp") == 0) {
			tcp(name, rest);
			continue;
		}
		char *first = strsep(&rest, " "), *second = strsep(&rest, " "), *third = strsep(&rest, " ");
		otc_buffer error = {0};
		if (strcmp(verb, "components") == 0) print_components();
		else if (strcmp(verb, "log") == 0) host_print_log();
		else if (strcmp(verb, "refuse") == 0) atomic_store(&host_refuses, atol(name));
		else if (strcmp(verb, "pause") == 0) pause_ms(atol(name));
		else if (strcmp(verb, "block") == 0) atomic_store(&host_blocks, true);
		else if (strcmp(verb, "unblock") == 0) atomic_store(&host_blocks, false);
		else {
			use *one = named(name);
			if (strcmp(verb, "start") == 0) {
				atomic_store(&one->host.open, true);
				int32_t code = one->component->start ? one->component->start(one->handle, &error) : OTC_OK;
				answer(code, &error);
			} else if (strcmp(verb, "consume") == 0) {
				prepare(one, first, second, third);
				work_all(one);
				tell(one);
			} else if (strcmp(verb, "begin") == 0) {
				prepare(one, first, second, third);
				pthread_create(&one->background, NULL, work_all, one);
				while (atomic_load(&one->entered) < one->threads) pause_ms(1);
				pause_ms(100);
			} else if (strcmp(verb, "wait") == 0) {
				pthread_join(one->background, NULL);
				tell(one);
			} else if (strcmp(verb, "garbage") == 0) garbage(one);
			else if (strcmp(verb, "await") == 0) await(one, atol(first));
			else if (strcmp(verb, "emitted") == 0) {
				printf("  %ld batches, %ld refused, %ld strays\n", (long)one->host.emitted, (long)one->host.refused, (long)one->host.strays);
			} else if (strcmp(verb, "shutdown") == 0) {
				uint64_t timeout = first ? (uint64_t)atol(first) * 1000000u : 0;
				int32_t code = one->component->shutdown ? one->component->shutdown(one->handle, timeout, &error) : OTC_OK;
				atomic_store(&one->host.open, false);
				answer(code, &error);
			} else if (strcmp(verb, "destroy") == 0) one->component->destroy(one->handle);
			else {
				fprintf(stderr, "what is %s?\n", verb);
				exit(2);
			}
		}
		fflush(stdout);
	}
	free(line);
	return unused;
}

int main(int argc, char **argv) {
	if (argc != 2) return 2;
	void *library = dlopen(argv[1], RTLD_NOW | RTLD_LOCAL);
	if (library == NULL) return fprintf(stderr, "%s\n", dlerror()), 1;
	int32_t (*entry)(const otc_host_api *);
	*(void **)&entry = dlsym(library, "register_collector_plugin");
	if (entry == NULL) return fprintf(stderr, "%s\n", dlerror()), 1;
	// A table of a version that nobody knows is refused before anything of it is used.
	otc_host_api strange = {.struct_size = 8, .abi_version = OTC_ABI_VERSION + 1};
	printf("abi %u: %s\n", strange.abi_version, host_code(entry(&strange)));
	printf("register: %s\n", host_code(entry(&host_api)));
	pthread_t script;
	pthread_create(&script, NULL, follow, NULL);
	pthread_join(script, NULL);
	host_forget();
	dlclose(library);
	// Unloaded, as far as this process can tell: no segment of the file is mapped any more.
	printf("unload: %s\n", dlopen(argv[1], RTLD_NOW | RTLD_NOLOAD) == NULL ? "gone" : "still there");
	return 0;
}

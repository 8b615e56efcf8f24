/*
 * otelcol_plugin.h: the C ABI, version 1, between a Collector (the host) and a plugin that is a shared library.
 *
 * This file is the contract. The Rust crate otelcol-plugin (runtime/rust) and the host (runtime/go/rusthost) both
 * implement it; a plugin in C or in any language that makes C functions needs nothing else (fixtures/src/c has one).
 * It compiles as C99 and later and as C++.
 *
 * THE LIFE OF A PLUGIN
 *
 *   verify      The host reads the file (manifest, headers) before anything of it runs.
 *   dlopen      By absolute path, RTLD_NOW | RTLD_LOCAL. Constructors run here: keep them trivial.
 *   register    The host calls register_collector_plugin once. The plugin calls host->register_component for each
 *               component it has. When it returns OTC_OK the components are there; otherwise none of them is.
 *   instances   For each use of a component in a configuration:
 *                 validate*  create  [ start  { consume | emit }*  shutdown ]  destroy
 *   dlclose     Perhaps, and only when every handle was destroyed. A host may as well never unload.
 *
 * STRUCTS AND VERSIONS
 *
 *   - Every struct begins with struct_size: sizeof() as the side that filled it was compiled. Fields are only ever added
 *     at the end. A reader uses a field only if struct_size covers it (OTC_HAS), and takes it as 0 or NULL otherwise.
 *     Fields named reserved are 0.
 *   - abi_version is read before anything else. It changes only when something here changes its meaning. A plugin that
 *     doesn't know host->abi_version returns OTC_ABI from register_collector_plugin and touches nothing else. The host
 *     refuses, with OTC_ABI, a struct whose struct_size is smaller than that of version 1.
 *   - An unknown code, kind, signal, level or status is refused by a host; a plugin answers OTC_ABI to an unknown signal.
 *
 * TEXT AND BYTES
 *
 *   - Text is UTF-8 with a size in bytes. From host to plugin a NUL follows, not counted. From plugin to host none need.
 *     A size of 0 means none; the pointer may then be NULL. A host replaces what isn't UTF-8.
 *   - JSON is RFC 8259 text. Numbers may be anything of the range of int64 or a double.
 *   - OTLP is the protobuf of opentelemetry-proto, with no frame: TracesData, MetricsData or LogsData, the same bytes as
 *     ExportTraceServiceRequest, ExportMetricsServiceRequest and ExportLogsServiceRequest. Zero bytes are a batch with
 *     nothing in it. There is no NUL after it, and no promise of alignment.
 *
 * WHO OWNS WHAT
 *
 *   - Neither side ever frees or resizes what the other allocated.
 *   - What a caller passes by pointer (structs, text, OTLP) is the caller's. It is valid until the call returns, unless
 *     said otherwise below. Who needs it longer copies it.
 *   - The host API table is valid from register_collector_plugin until dlclose, or for the rest of the process.
 *   - otc_buffer is the host's. The plugin writes to it by buf_append and buf_extend, during the call that passed it.
 *   - A handle is the plugin's: whatever create gave. The host only passes it back. It may be NULL.
 *   - otc_instance is the host's: the same instance as seen from there. The plugin only passes it back. It is valid from
 *     the call of create until destroy returned; if create fails, until create returned.
 *   - otc_component and all it points to may be gone after register_component returned: the host copies it. Its functions
 *     and its context stay valid until dlclose.
 *
 * THREADS
 *
 *   - Every function here may be called on any thread. A host calls from threads it doesn't own for long (in a Collector:
 *     those of Go): a plugin relies on nothing in thread-local storage between calls. What has a destructor there holds
 *     the library, in glibc, until that thread has ended: dlclose then unloads it later, or never.
 *   - For one handle: create, start, shutdown and destroy are called once each, in this order, never at once.
 *     consume is called concurrently with itself, from the moment start returned OTC_OK. It may still run, on other
 *     threads, when shutdown is called; none begins after that. destroy is called when every other call has returned.
 *   - validate, and create of different instances, may run at the same time as everything else.
 *   - Host functions may be called from any thread, those that the plugin made too, at any time the table is valid,
 *     concurrently, and from inside any call of the host. Exceptions: register_component only inside
 *     register_collector_plugin; one buffer by one thread at a time.
 *   - A plugin may make threads in create or start. At the latest in destroy it joins them: when destroy of the last handle
 *     has returned, no thread is running code of this library.
 *   - A plugin never calls exit, abort or fork, changes no signal handlers, working directory, environment or locale, and
 *     writes nothing to standard output. (Go's signal handlers need SA_ONSTACK; a handler without it crashes the host.)
 *
 * ERRORS
 *
 *   - Functions that can fail return one of the codes OTC_*. Where the code isn't OTC_OK or OTC_UNCHANGED the plugin writes
 *     one sentence about it to the buffer error: what is wrong, where. Text written there with OTC_OK is ignored.
 *   - Nothing unwinds across this boundary: no C++ exception, no Rust panic, no longjmp. A plugin catches it, returns
 *     OTC_PANIC and writes its message. That call has failed; the host goes on. The instance stays usable, or its later
 *     calls return OTC_PANIC with a sentence that says it is broken, and why.
 *
 * BACK-PRESSURE
 *
 *   - consume returns when the batch is done with: processed, delivered, or stored where it is not lost. Until then the
 *     caller waits: that is the back-pressure from plugin to host.
 *   - emit returns when the pipeline has taken the batch, or refused it: that is the back-pressure from host to plugin. It
 *     blocks for as long as the pipeline does. A receiver that emits from one thread has one batch on its way.
 *   - After OTC_RETRYABLE the batch was not taken, and may be sent again, later: a receiver slows down its source.
 *     After OTC_PERMANENT it will never be taken: a receiver drops it, and answers its client that it is bad.
 *
 * SHUTDOWN
 *
 *   - A Collector stops components from the receivers on, so that what is behind an instance still runs while it stops.
 *     In shutdown a receiver stops taking data, a processor or connector emits what it still holds, an exporter sends it.
 *   - shutdown lets running consume calls end (makes them, if they would take long): they return their code as ever.
 *   - When shutdown returns, no emit of this instance is running and none follows. One that does gets OTC_PERMANENT.
 *   - shutdown is called if, and only if, start returned OTC_OK; destroy if, and only if, create did.
 *   - A shutdown that exceeds its timeout_ns returns OTC_RETRYABLE and says what was lost. One that never returns is
 *     reported by the host, which then leaks the instance and never unloads the library.
 */
#ifndef OTELCOL_PLUGIN_H
#define OTELCOL_PLUGIN_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What this header describes. The same number as abi_version of a manifest. */
#define OTC_ABI_VERSION 1u

/* Whether a struct that came from the other side has a field: OTC_HAS(otc_host_api, host, report_status). */
#define OTC_HAS(type, pointer, field) \
  ((pointer)->struct_size >= offsetof(type, field) + sizeof(((const type *)0)->field))

/* On the functions a plugin exports; everything else of it is best hidden (-fvisibility=hidden). */
#if defined(__GNUC__)
#define OTC_EXPORT __attribute__((visibility("default")))
#else
#define OTC_EXPORT
#endif

/* Return codes. */
#define OTC_OK 0        /* done */
#define OTC_RETRYABLE 1 /* not now; the same call may succeed later. In a Collector: an error that is not permanent */
#define OTC_PERMANENT 2 /* never; the data can't be taken. In a Collector: consumererror.NewPermanent */
#define OTC_CONFIG 3    /* the configuration is wrong; the error begins with the path of the field */
#define OTC_PANIC 4     /* the plugin panicked in this call, or is broken since an earlier one */
#define OTC_ABI 5       /* this ABI version, struct, kind or signal is not known here */
#define OTC_UNCHANGED 6 /* consume of a processor only: as OTC_OK, the batch goes on as it came; output stays empty */

/* Kinds of components. */
#define OTC_KIND_RECEIVER 1u
#define OTC_KIND_PROCESSOR 2u
#define OTC_KIND_EXPORTER 3u
#define OTC_KIND_CONNECTOR 4u
#define OTC_KIND_EXTENSION 5u

/* Signals; 0 where there is none. */
#define OTC_SIGNAL_TRACES 1u
#define OTC_SIGNAL_METRICS 2u
#define OTC_SIGNAL_LOGS 3u

/* A set of signals is a sum of these; a set of connections (signal in, signal out) a sum of those. */
#define OTC_SIGNAL_BIT(signal) (UINT32_C(1) << (signal))
#define OTC_CONNECTION_BIT(from, to) (UINT64_C(1) << ((from) * 8u + (to)))

/* Levels of the Collector's log. */
#define OTC_LOG_DEBUG 0u
#define OTC_LOG_INFO 1u
#define OTC_LOG_WARN 2u
#define OTC_LOG_ERROR 3u

/* What an instance says of itself; in a Collector: componentstatus. */
#define OTC_STATUS_OK 0u          /* well again */
#define OTC_STATUS_RECOVERABLE 1u /* doesn't work now, may again */
#define OTC_STATUS_PERMANENT 2u   /* won't work again until restarted; the Collector runs on without it */
#define OTC_STATUS_FATAL 3u       /* as permanent, and the Collector shuts down */

typedef struct otc_host_api otc_host_api;
typedef struct otc_instance otc_instance; /* opaque, the host's */
typedef struct otc_buffer otc_buffer;     /* opaque, the host's */

/*
 * A batch, to consume and to emit. Valid during the call.
 */
typedef struct otc_batch {
  uint32_t struct_size;
  uint32_t signal;      /* OTC_SIGNAL_* */
  const uint8_t *otlp;  /* see TEXT AND BYTES */
  size_t otlp_size;
  uint64_t timeout_ns;  /* consume: how long the caller waits; after that OTC_RETRYABLE is the answer. 0: no limit.
                           emit: gives up waiting after this time with OTC_RETRYABLE. 0: no limit */
} otc_batch;

/*
 * What an instance is created with. Valid during create, but for `instance`.
 */
typedef struct otc_settings {
  uint32_t struct_size;
  uint32_t signal;        /* OTC_SIGNAL_* that comes in (receiver: that it emits); 0 for an extension */
  uint32_t output_signal; /* connector: OTC_SIGNAL_* it gives. Others: 0 */
  uint32_t log_level;     /* OTC_LOG_*: what is less is dropped by the host, so that it needn't be sent */
  otc_instance *instance; /* valid until destroy returned */
  const char *id;         /* as in the configuration: "redact" or "redact/strict". One id used for several signals or in
                             several pipelines is as many instances */
  size_t id_size;
  const char *config;     /* a JSON object: default_config of the descriptor with the user's fields over it. Secrets are
                             in clear: never log it */
  size_t config_size;
} otc_settings;

/*
 * A component: what the plugin gives to register_component, once for each kind and type.
 */
typedef struct otc_component {
  uint32_t struct_size;
  uint32_t kind;          /* OTC_KIND_* */
  const char *type;       /* as in the configuration: [a-zA-Z][0-9a-zA-Z_]{0,62} */
  size_t type_size;
  uint32_t signals;       /* receiver, processor, exporter: sum of OTC_SIGNAL_BIT, at least one. Others: 0 */
  uint32_t reserved;
  uint64_t connections;   /* connector: sum of OTC_CONNECTION_BIT, at least one. Others: 0 */
  const char *descriptor; /* JSON: one component object of spec/components.schema.json (stability, config_schema,
                             default_config, docs). kind and type, if there, are those above. None: every object is a
                             configuration, the default is {} */
  size_t descriptor_size;
  void *context;          /* passed to validate and create */

  /*
   * Whether this is a configuration: config as in otc_settings. OTC_OK or OTC_CONFIG. Nothing else happens: no file is
   * opened, nothing is connected, no state is kept. An error is one line for each fault: the path of the field, its parts
   * joined by "::" and indices in brackets, then ": ", then what is wrong: `rules[1]::pattern: unclosed group`.
   * May be NULL: what fits the schema is right.
   */
  int32_t (*validate)(void *context, const char *config, size_t config_size, otc_buffer *error);

  /*
   * Makes an instance, not yet running. Sets *handle if it returns OTC_OK, and only then. A receiver emits nothing yet.
   */
  int32_t (*create)(void *context, const otc_settings *settings, void **handle, otc_buffer *error);

  /*
   * Begins to run: opens, connects, makes threads; soon returns. What is behind the instance runs already, so that emit
   * may be called from here on. Not OTC_OK: the Collector doesn't start; destroy follows. May be NULL: nothing to do.
   */
  int32_t (*start)(void *handle, otc_buffer *error);

  /*
   * Takes a batch. Receivers and extensions: NULL.
   *   processor  writes the batch that goes on to output: one whole OTLP message of the same signal. Nothing written:
   *              nothing goes on. OTC_UNCHANGED: what came goes on. May instead keep data, and emit it later.
   *   connector  as a processor, but output is of settings.output_signal, and OTC_UNCHANGED is not allowed.
   *   exporter   output is NULL.
   * If it fails, output is dropped.
   */
  int32_t (*consume)(void *handle, const otc_batch *batch, otc_buffer *output, otc_buffer *error);

  /*
   * Stops: see SHUTDOWN. timeout_ns is how long the host would wait; 0: no limit. May be NULL: nothing to do.
   */
  int32_t (*shutdown)(void *handle, uint64_t timeout_ns, otc_buffer *error);

  /*
   * Frees the handle. Can't fail.
   */
  void (*destroy)(void *handle);
} otc_component;

/*
 * What the host offers. No member is NULL, but those a later minor revision may add (OTC_HAS).
 */
struct otc_host_api {
  uint32_t struct_size;
  uint32_t abi_version; /* OTC_ABI_VERSION of the host */

  /*
   * Adds a component. host is the table itself. OTC_OK; OTC_ABI: a struct, kind or signal the host doesn't know, or one
   * without the functions it needs; OTC_CONFIG: type, signals or descriptor are not as above; OTC_PERMANENT: there is
   * such a component already. The host has logged why. The plugin returns that code from register_collector_plugin.
   */
  int32_t (*register_component)(const otc_host_api *host, const otc_component *component);

  /*
   * Appends size bytes. OTC_OK, or OTC_RETRYABLE: there is no memory or the host's limit is reached; nothing was appended.
   */
  int32_t (*buf_append)(otc_buffer *buffer, const void *data, size_t size);

  /*
   * Appends size bytes that the caller then writes: gives where they begin, or NULL as above. All of them are written
   * before anything else is done with the buffer, after which the address is no longer valid. This saves a copy.
   */
  uint8_t *(*buf_extend)(otc_buffer *buffer, size_t size);

  /*
   * One entry of the Collector's log. instance may be NULL: the plugin itself speaks. fields is a JSON object of further
   * attributes, or none. Never blocks for long, never fails.
   */
  void (*log)(const otc_host_api *host, otc_instance *instance, uint32_t level, const char *message, size_t message_size,
              const char *fields, size_t fields_size);

  /*
   * Sends a batch on: for receivers, processors and connectors (whose batches have output_signal), from the call of start
   * until shutdown returned. Blocks: see BACK-PRESSURE; so hold no lock that shutdown or consume needs. OTC_OK,
   * OTC_RETRYABLE or OTC_PERMANENT; OTC_ABI: not an instance, signal or time to emit. error, if it isn't NULL, is memory of
   * the caller where a sentence is put, cut to error_capacity with the NUL that ends it.
   */
  int32_t (*emit)(otc_instance *instance, const otc_batch *batch, char *error, size_t error_capacity);

  /*
   * The instance says how it is: OTC_STATUS_*, and why. For what happens outside of a call, such as a connection that is
   * lost or a thread that died. Never blocks for long, never fails.
   */
  void (*report_status)(otc_instance *instance, uint32_t status, const char *message, size_t message_size);

  /* Name and version of the Collector, "otelcol/0.165.0", for user agents. */
  const char *collector;
  size_t collector_size;
};

/*
 * WHAT A PLUGIN EXPORTS
 *
 * register_collector_plugin is looked up by that name and called once. Returns OTC_OK, or OTC_ABI if it doesn't know
 * host->abi_version, or the code of a host function that failed, or OTC_PANIC.
 */
OTC_EXPORT int32_t register_collector_plugin(const otc_host_api *host);

/*
 * The manifest (spec/manifest.schema.json), read from the file and never by calling into it: as these two, or better as
 * an ELF note in a PT_NOTE segment, which survives every strip: owner "OTelCol\0", 4-byte aligned, type OTC_NOTE_MANIFEST.
 * A note of type OTC_NOTE_DESCRIPTORS has what register_component would be given: the document of
 * spec/components.schema.json, so that tools know the components without running anything.
 */
OTC_EXPORT extern const char collector_plugin_manifest[];
OTC_EXPORT extern const size_t collector_plugin_manifest_len;

#define OTC_NOTE_OWNER "OTelCol"
#define OTC_NOTE_MANIFEST 1u
#define OTC_NOTE_DESCRIPTORS 2u

#ifdef __cplusplus
}
#endif

#endif

//! The C ABI, word for word as `spec/otelcol_plugin.h` has it; the rules of ownership and threads are there.

#![allow(missing_docs)]

use std::ffi::{c_char, c_void};

/// The version of the ABI this crate speaks: `OTC_ABI_VERSION`.
pub const ABI_VERSION: u32 = 1;

pub const OK: i32 = 0;
pub const RETRYABLE: i32 = 1;
pub const PERMANENT: i32 = 2;
pub const CONFIG: i32 = 3;
pub const PANIC: i32 = 4;
pub const ABI: i32 = 5;
pub const UNCHANGED: i32 = 6;

pub const KIND_RECEIVER: u32 = 1;
pub const KIND_PROCESSOR: u32 = 2;
pub const KIND_EXPORTER: u32 = 3;
pub const KIND_CONNECTOR: u32 = 4;
pub const KIND_EXTENSION: u32 = 5;

pub const SIGNAL_TRACES: u32 = 1;
pub const SIGNAL_METRICS: u32 = 2;
pub const SIGNAL_LOGS: u32 = 3;

pub const LOG_DEBUG: u32 = 0;
pub const LOG_INFO: u32 = 1;
pub const LOG_WARN: u32 = 2;
pub const LOG_ERROR: u32 = 3;

pub const STATUS_OK: u32 = 0;
pub const STATUS_RECOVERABLE: u32 = 1;
pub const STATUS_PERMANENT: u32 = 2;
pub const STATUS_FATAL: u32 = 3;

/// `otc_instance`: the host's, opaque.
#[repr(C)]
pub struct Instance {
    _opaque: [u8; 0],
}

/// `otc_buffer`: the host's, opaque.
#[repr(C)]
pub struct Buffer {
    _opaque: [u8; 0],
}

/// `otc_batch`.
#[repr(C)]
pub struct Batch {
    pub struct_size: u32,
    pub signal: u32,
    pub otlp: *const u8,
    pub otlp_size: usize,
    pub timeout_ns: u64,
}

/// `otc_settings`.
#[repr(C)]
pub struct Settings {
    pub struct_size: u32,
    pub signal: u32,
    pub output_signal: u32,
    pub log_level: u32,
    pub instance: *mut Instance,
    pub id: *const c_char,
    pub id_size: usize,
    pub config: *const c_char,
    pub config_size: usize,
}

pub type Validate =
    unsafe extern "C" fn(context: *mut c_void, config: *const c_char, config_size: usize, error: *mut Buffer) -> i32;
pub type Create = unsafe extern "C" fn(
    context: *mut c_void,
    settings: *const Settings,
    handle: *mut *mut c_void,
    error: *mut Buffer,
) -> i32;
pub type Start = unsafe extern "C" fn(handle: *mut c_void, error: *mut Buffer) -> i32;
pub type Consume =
    unsafe extern "C" fn(handle: *mut c_void, batch: *const Batch, output: *mut Buffer, error: *mut Buffer) -> i32;
pub type Shutdown = unsafe extern "C" fn(handle: *mut c_void, timeout_ns: u64, error: *mut Buffer) -> i32;
pub type Destroy = unsafe extern "C" fn(handle: *mut c_void);

/// `otc_component`.
#[repr(C)]
pub struct Component {
    pub struct_size: u32,
    pub kind: u32,
    pub r#type: *const c_char,
    pub type_size: usize,
    pub signals: u32,
    pub reserved: u32,
    pub connections: u64,
    pub descriptor: *const c_char,
    pub descriptor_size: usize,
    pub context: *mut c_void,
    pub validate: Option<Validate>,
    pub create: Option<Create>,
    pub start: Option<Start>,
    pub consume: Option<Consume>,
    pub shutdown: Option<Shutdown>,
    pub destroy: Option<Destroy>,
}

/// `otc_host_api`.
#[repr(C)]
pub struct HostApi {
    pub struct_size: u32,
    pub abi_version: u32,
    pub register_component: unsafe extern "C" fn(host: *const HostApi, component: *const Component) -> i32,
    pub buf_append: unsafe extern "C" fn(buffer: *mut Buffer, data: *const c_void, size: usize) -> i32,
    pub buf_extend: unsafe extern "C" fn(buffer: *mut Buffer, size: usize) -> *mut u8,
    pub log: unsafe extern "C" fn(
        host: *const HostApi,
        instance: *mut Instance,
        level: u32,
        message: *const c_char,
        message_size: usize,
        fields: *const c_char,
        fields_size: usize,
    ),
    pub emit: unsafe extern "C" fn(
        instance: *mut Instance,
        batch: *const Batch,
        error: *mut c_char,
        error_capacity: usize,
    ) -> i32,
    pub report_status:
        unsafe extern "C" fn(instance: *mut Instance, status: u32, message: *const c_char, message_size: usize),
    pub collector: *const c_char,
    pub collector_size: usize,
}

/// What `struct_size` says: these structs are far smaller than 4 GiB.
pub const fn struct_size<T>() -> u32 {
    size_of::<T>() as u32
}

/// Bytes that came as address and size. A size of 0 allows any address.
///
/// # Safety
/// `size` bytes at `data` are readable and unchanged for `'a`.
pub unsafe fn bytes<'a>(data: *const u8, size: usize) -> &'a [u8] {
    if size == 0 || data.is_null() {
        return &[];
    }
    // SAFETY: the caller's promise.
    unsafe { std::slice::from_raw_parts(data, size) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashMap;
    use std::mem::offset_of;

    const LAYOUT: &str = include_str!("../../../test/toolchain/abi/header.c");
    const HEADER: &str = include_str!("../../../spec/otelcol_plugin.h");

    macro_rules! offsets {
        ($c:literal, $rust:ty: $($field:tt)*) => {
            [$((concat!($c, ".", stringify!($field)).replace("r#", ""), offset_of!($rust, $field))),*]
        };
    }

    #[test]
    fn fields_lie_where_the_header_has_them() {
        let mut ours: HashMap<String, usize> = HashMap::new();
        ours.extend(offsets!("otc_batch", Batch: struct_size signal otlp otlp_size timeout_ns));
        ours.extend(offsets!("otc_settings", Settings: struct_size signal output_signal log_level instance id id_size config config_size));
        ours.extend(offsets!("otc_component", Component: struct_size kind r#type type_size signals connections descriptor descriptor_size context validate create start consume shutdown destroy));
        ours.extend(offsets!("otc_host_api", HostApi: struct_size abi_version register_component buf_append buf_extend log emit report_status collector collector_size));
        let mut seen = 0;
        for line in LAYOUT.lines().filter_map(|line| line.strip_prefix("AT(")) {
            let parts: Vec<&str> = line.trim_end_matches(");").split(", ").collect();
            let name = format!("{}.{}", parts[0], parts[1]);
            assert_eq!(ours[&name].to_string(), parts[2], "{name}");
            seen += 1;
        }
        assert_eq!(seen, ours.len());
    }

    #[test]
    fn constants_are_those_of_the_header() {
        let defined: HashMap<&str, i64> = HEADER
            .lines()
            .filter_map(|line| line.strip_prefix("#define OTC_"))
            .filter_map(|line| {
                let mut words = line.split_whitespace();
                let name = words.next()?;
                Some((name, words.next()?.trim_end_matches('u').parse().ok()?))
            })
            .collect();
        let ours = [
            ("ABI_VERSION", i64::from(ABI_VERSION)),
            ("OK", OK.into()),
            ("RETRYABLE", RETRYABLE.into()),
            ("PERMANENT", PERMANENT.into()),
            ("CONFIG", CONFIG.into()),
            ("PANIC", PANIC.into()),
            ("ABI", ABI.into()),
            ("UNCHANGED", UNCHANGED.into()),
            ("KIND_RECEIVER", KIND_RECEIVER.into()),
            ("KIND_PROCESSOR", KIND_PROCESSOR.into()),
            ("KIND_EXPORTER", KIND_EXPORTER.into()),
            ("KIND_CONNECTOR", KIND_CONNECTOR.into()),
            ("KIND_EXTENSION", KIND_EXTENSION.into()),
            ("SIGNAL_TRACES", SIGNAL_TRACES.into()),
            ("SIGNAL_METRICS", SIGNAL_METRICS.into()),
            ("SIGNAL_LOGS", SIGNAL_LOGS.into()),
            ("LOG_DEBUG", LOG_DEBUG.into()),
            ("LOG_INFO", LOG_INFO.into()),
            ("LOG_WARN", LOG_WARN.into()),
            ("LOG_ERROR", LOG_ERROR.into()),
            ("STATUS_OK", STATUS_OK.into()),
            ("STATUS_RECOVERABLE", STATUS_RECOVERABLE.into()),
            ("STATUS_PERMANENT", STATUS_PERMANENT.into()),
            ("STATUS_FATAL", STATUS_FATAL.into()),
        ];
        for (name, value) in ours {
            assert_eq!(defined.get(name), Some(&value), "OTC_{name}");
        }
    }
}

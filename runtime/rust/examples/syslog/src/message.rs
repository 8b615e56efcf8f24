//! Syslog messages: RFC 5424 and RFC 3164.

use crate::timestamp;

/// Structured data of RFC 5424: elements by ID, each with its parameters.
pub type StructuredData = Vec<(String, Vec<(String, String)>)>;

/// What a message says. What it leaves out (or gives as `-`) is None.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Message {
    /// Facility * 8 + severity.
    pub priority: Option<u8>,
    /// Nanoseconds since 1970.
    pub time: Option<u64>,
    /// The host it is from.
    pub hostname: Option<String>,
    /// The program.
    pub appname: Option<String>,
    /// Its process.
    pub proc_id: Option<String>,
    /// The type of message.
    pub msg_id: Option<String>,
    /// Structured data.
    pub data: StructuredData,
    /// The rest.
    pub text: String,
}

/// Reads a message. What is of neither format is all text. `now` is when it came, in nanoseconds since 1970.
pub fn parse(bytes: &[u8], now: u64) -> Message {
    let text = String::from_utf8_lossy(bytes);
    let text = text.trim_end_matches(['\n', '\r', '\0']);
    let Some((priority, rest)) = priority(text) else {
        return Message { text: text.to_owned(), ..Message::default() };
    };
    let mut message = rest.strip_prefix("1 ").and_then(rfc5424).unwrap_or_else(|| rfc3164(rest, now));
    message.priority = Some(priority);
    message
}

fn priority(text: &str) -> Option<(u8, &str)> {
    let (digits, rest) = text.strip_prefix('<')?.split_once('>')?;
    let known = !digits.is_empty() && digits.len() <= 3 && digits.bytes().all(|byte| byte.is_ascii_digit());
    let priority = digits.parse().ok().filter(|priority: &u8| known && *priority < 192)?;
    Some((priority, rest))
}

fn given(word: &str) -> Option<String> {
    (word != "-").then(|| word.to_owned())
}

/// RFC 5424, section 6, after the version.
fn rfc5424(text: &str) -> Option<Message> {
    let mut words = text.splitn(6, ' ');
    let time = words.next()?;
    let (hostname, appname, proc_id, msg_id) = (words.next()?, words.next()?, words.next()?, words.next()?);
    let (data, rest) = structured(words.next()?)?;
    let time = if time == "-" { None } else { Some(timestamp::rfc3339(time)?) };
    let text = rest.strip_prefix(' ').unwrap_or(rest);
    Some(Message {
        priority: None,
        time,
        hostname: given(hostname),
        appname: given(appname),
        proc_id: given(proc_id),
        msg_id: given(msg_id),
        data,
        text: text.strip_prefix('\u{feff}').unwrap_or(text).to_owned(),
    })
}

/// RFC 5424, section 6.3: `[id name="value" ...]...`, with `\"`, `\\` and `\]` in values.
fn structured(text: &str) -> Option<(StructuredData, &str)> {
    if let Some(rest) = text.strip_prefix('-') {
        return (rest.is_empty() || rest.starts_with(' ')).then_some((Vec::new(), rest));
    }
    let mut elements = Vec::new();
    let mut rest = text;
    while let Some(inside) = rest.strip_prefix('[') {
        let end = inside.find([' ', ']'])?;
        let (id, mut inside) = inside.split_at(end);
        let mut parameters = Vec::new();
        while let Some(next) = inside.strip_prefix(' ') {
            let (name, value) = next.split_once("=\"")?;
            let (value, after) = quoted(value)?;
            parameters.push((name.to_owned(), value));
            inside = after;
        }
        rest = inside.strip_prefix(']')?;
        elements.push((id.to_owned(), parameters));
    }
    (!elements.is_empty()).then_some((elements, rest))
}

fn quoted(text: &str) -> Option<(String, &str)> {
    let mut value = String::new();
    let mut characters = text.char_indices();
    while let Some((at, character)) = characters.next() {
        match character {
            '"' => return Some((value, &text[at + 1..])),
            '\\' => match characters.next()?.1 {
                escaped @ ('"' | '\\' | ']') => value.push(escaped),
                other => value.extend(['\\', other]),
            },
            other => value.push(other),
        }
    }
    None
}

/// RFC 3164, section 4: time, host, `tag[pid]:`; each may be missing.
fn rfc3164(text: &str, now: u64) -> Message {
    let mut message = Message::default();
    let mut rest = text;
    // "Nov 25 19:40:00 " is always 16 bytes.
    if let (Some(time), Some(after)) = (text.get(..15), text.get(15..))
        && let Some(nanos) = timestamp::rfc3164(time, now)
        && let Some(after) = after.strip_prefix(' ')
    {
        message.time = Some(nanos);
        rest = after;
        if let Some((hostname, after)) = after.split_once(' ')
            && !hostname.ends_with(':')
        {
            message.hostname = Some(hostname.to_owned());
            rest = after;
        }
    }
    let tag = rest.find(|c: char| !(c.is_alphanumeric() || "_-./".contains(c))).unwrap_or(rest.len());
    let (name, after) = rest.split_at(tag);
    let (proc_id, after) = match after.strip_prefix('[').and_then(|inside| inside.split_once(']')) {
        Some((proc_id, after)) => (Some(proc_id.to_owned()), after),
        None => (None, after),
    };
    match after.strip_prefix(':') {
        Some(text) if !name.is_empty() => {
            message.appname = Some(name.to_owned());
            message.proc_id = proc_id;
            message.text = text.strip_prefix(' ').unwrap_or(text).to_owned();
        }
        _ => message.text = rest.to_owned(),
    }
    message
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Message {
        parse(text.as_bytes(), timestamp::rfc3339("2026-11-25T20:00:00Z").unwrap())
    }

    #[test]
    fn the_examples_of_rfc_5424_are_read() {
        let message = read("<34>1 2003-10-11T22:14:15.003Z mymachine.example.com su - ID47 - \u{feff}'su root' failed");
        assert_eq!(message.priority, Some(34));
        assert_eq!(message.time, timestamp::rfc3339("2003-10-11T22:14:15.003Z"));
        assert_eq!(message.hostname.as_deref(), Some("mymachine.example.com"));
        assert_eq!(
            (message.appname.as_deref(), message.proc_id, message.msg_id.as_deref()),
            (Some("su"), None, Some("ID47"))
        );
        assert_eq!(message.text, "'su root' failed");
        let message = read(r#"<165>1 - host app 1 ID47 [a@1 k="v" e="q\"\]\\z"][b@2] text"#);
        let a = vec![("k".to_owned(), "v".to_owned()), ("e".to_owned(), "q\"]\\z".to_owned())];
        assert_eq!(message.data, [("a@1".to_owned(), a), ("b@2".to_owned(), vec![])]);
        assert_eq!(message.text, "text");
        assert_eq!(read("<165>1 - - - - - [a]").text, "");
    }

    #[test]
    fn the_examples_of_rfc_3164_are_read() {
        let message = read("<34>Oct 11 22:14:15 mymachine su[12]: 'su root' failed");
        assert_eq!(message.time, timestamp::rfc3339("2026-10-11T22:14:15Z"));
        assert_eq!(message.hostname.as_deref(), Some("mymachine"));
        assert_eq!((message.appname.as_deref(), message.proc_id.as_deref()), (Some("su"), Some("12")));
        assert_eq!(message.text, "'su root' failed");
        assert_eq!(read("<13>Use the BFG!").text, "Use the BFG!");
        assert_eq!(read("<13>kernel: oops").appname.as_deref(), Some("kernel"));
    }

    #[test]
    fn what_is_no_syslog_is_all_text() {
        for text in ["hello", "<>x", "<999>x", "<192>x", "<1", ""] {
            assert_eq!(read(text), Message { text: text.into(), ..Message::default() }, "{text}");
        }
        assert_eq!(read("<1>1 2003-99-11T22:14:15Z h a p m - x").text, "1 2003-99-11T22:14:15Z h a p m - x");
        assert_eq!(parse(b"<1>\xff\n", 0).text, "\u{fffd}");
    }
}

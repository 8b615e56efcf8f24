//! Messages in a stream of bytes: RFC 6587, octet counting and newlines, told apart message by message.

/// The most digits of a count.
const COUNT_DIGITS: usize = 7;

/// One message.
#[derive(Debug, PartialEq, Eq)]
pub struct Frame {
    /// Its bytes, without count or newline.
    pub bytes: Vec<u8>,
    /// Whether it was cut.
    pub cut: bool,
}

/// Takes bytes as they come, gives messages.
#[derive(Debug)]
pub struct Frames {
    buffer: Vec<u8>,
    most: usize,
    /// What is left of a message that was cut.
    skip: Skip,
}

#[derive(Debug, PartialEq, Eq)]
enum Skip {
    Nothing,
    Bytes(usize),
    Line,
}

impl Frames {
    /// Cuts messages that are longer than `most` bytes.
    pub fn new(most: usize) -> Self {
        Self { buffer: Vec::new(), most, skip: Skip::Nothing }
    }

    /// Takes what came.
    pub fn push(&mut self, bytes: &[u8]) {
        self.buffer.extend_from_slice(bytes);
    }

    /// The next whole message. Empty lines are none.
    pub fn next_frame(&mut self) -> Option<Frame> {
        loop {
            self.skip_rest();
            if self.skip != Skip::Nothing || self.buffer.is_empty() {
                return None;
            }
            let frame = match self.count() {
                Count::Bytes { start, size } => self.counted(start, size)?,
                Count::Unknown => return None,
                Count::None => self.line()?,
            };
            if !frame.bytes.is_empty() {
                return Some(frame);
            }
        }
    }

    /// What is left when the sender has closed: a last line without its newline.
    pub fn rest(&mut self) -> Option<Frame> {
        if self.skip != Skip::Nothing || self.buffer.is_empty() {
            return None;
        }
        Some(Frame { bytes: std::mem::take(&mut self.buffer), cut: false })
    }

    fn skip_rest(&mut self) {
        match self.skip {
            Skip::Nothing => {}
            Skip::Bytes(left) => {
                let here = left.min(self.buffer.len());
                self.buffer.drain(..here);
                self.skip = if here == left { Skip::Nothing } else { Skip::Bytes(left - here) };
            }
            Skip::Line => match self.buffer.iter().position(|byte| *byte == b'\n') {
                Some(end) => {
                    self.buffer.drain(..=end);
                    self.skip = Skip::Nothing;
                }
                None => self.buffer.clear(),
            },
        }
    }

    /// A count is digits, no zero first, and a space; a message itself begins with `<`.
    fn count(&self) -> Count {
        let digits = self.buffer.iter().take(COUNT_DIGITS + 1).take_while(|byte| byte.is_ascii_digit()).count();
        if digits == 0 || digits > COUNT_DIGITS || self.buffer[0] == b'0' {
            return Count::None;
        }
        match self.buffer.get(digits) {
            None => Count::Unknown,
            Some(b' ') => {
                let size = self.buffer[..digits].iter().fold(0, |size, digit| size * 10 + usize::from(digit - b'0'));
                Count::Bytes { start: digits + 1, size }
            }
            Some(_) => Count::None,
        }
    }

    fn counted(&mut self, start: usize, size: usize) -> Option<Frame> {
        let taken = size.min(self.most);
        if self.buffer.len() < start + taken {
            return None;
        }
        let bytes = self.buffer[start..start + taken].to_vec();
        self.buffer.drain(..start + taken);
        if taken < size {
            self.skip = Skip::Bytes(size - taken);
        }
        Some(Frame { bytes, cut: taken < size })
    }

    fn line(&mut self) -> Option<Frame> {
        let end = self.buffer.iter().position(|byte| *byte == b'\n');
        if end.unwrap_or(self.buffer.len()) > self.most {
            let bytes = self.buffer[..self.most].to_vec();
            self.buffer.drain(..self.most);
            self.skip = Skip::Line;
            return Some(Frame { bytes, cut: true });
        }
        let mut bytes: Vec<u8> = self.buffer.drain(..=end?).collect();
        bytes.pop();
        if bytes.last() == Some(&b'\r') {
            bytes.pop();
        }
        Some(Frame { bytes, cut: false })
    }
}

enum Count {
    Bytes { start: usize, size: usize },
    Unknown,
    None,
}

#[cfg(test)]
mod tests {
    use super::*;

    /// All messages of a stream that comes in pieces of `size` bytes.
    fn frames(stream: &str, most: usize, size: usize) -> Vec<(String, bool)> {
        let mut frames = Frames::new(most);
        let mut found = Vec::new();
        for piece in stream.as_bytes().chunks(size) {
            frames.push(piece);
            while let Some(frame) = frames.next_frame() {
                found.push((String::from_utf8(frame.bytes).unwrap(), frame.cut));
            }
        }
        found.extend(frames.rest().map(|frame| (String::from_utf8(frame.bytes).unwrap(), frame.cut)));
        found
    }

    #[test]
    fn messages_are_the_same_however_the_stream_is_cut() {
        let stream = "<1>one\n6 <2>two<3>three\r\n\n11 <4>fo\nur.. 7 <5>nine\n<6>last";
        let whole = [("<1>one", false), ("<2>two", false), ("<3>three", false), ("<4>fo\nur.. ", false)];
        for size in 1..stream.len() {
            let found = frames(stream, 100, size);
            let found: Vec<(&str, bool)> = found.iter().map(|(text, cut)| (text.as_str(), *cut)).collect();
            assert_eq!(found[..4], whole, "{size}");
            assert_eq!(found.last(), Some(&("<6>last", false)), "{size}");
        }
    }

    #[test]
    fn what_is_too_long_is_cut_and_the_next_message_is_whole() {
        for size in [1, 3, 100] {
            let found = frames("<1>0123456789\n12 <2>012345678<3>x\n", 5, size);
            assert_eq!(found, [("<1>01".into(), true), ("<2>01".into(), true), ("<3>x".into(), false)], "{size}");
        }
    }
}

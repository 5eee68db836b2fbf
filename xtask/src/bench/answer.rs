//! Just enough of HTTP/1.1 (RFC 9112) to know where an answer ends.

/// The head of an answer that has come in whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    /// Where the body begins in what was received.
    pub(crate) body: usize,
    /// Where it ends.
    pub(crate) end: usize,
}

/// What has come in so far.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Received {
    Part,
    Whole(Answer),
    /// Not an answer, or one without a length, which none of the servers here should give.
    Strange,
}

pub(crate) fn parse(bytes: &[u8]) -> Received {
    let Some(body) = end_of_head(bytes) else { return Received::Part };
    let Some(answer) = parse_head(&bytes[..body]) else { return Received::Strange };
    if bytes.len() < answer.end { Received::Part } else { Received::Whole(answer) }
}

fn end_of_head(bytes: &[u8]) -> Option<usize> {
    bytes.windows(4).position(|window| window == b"\r\n\r\n").map(|at| at + 4)
}

fn parse_head(head: &[u8]) -> Option<Answer> {
    let text = std::str::from_utf8(head).ok()?;
    let mut lines = text.split("\r\n");
    let status = lines.next()?.strip_prefix("HTTP/1.1 ")?.get(..3)?.parse().ok()?;
    let length = lines.find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse::<usize>().ok())?
    });
    let length = if status == 204 { Some(0) } else { length };
    Some(Answer { status, body: head.len(), end: head.len() + length? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_whole_with_the_last_byte_of_its_body() {
        let bytes = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nx: y\r\n\r\n{}";
        assert_eq!(parse(bytes), Received::Whole(Answer { status: 200, body: 44, end: 46 }));
        assert_eq!(parse(&bytes[..45]), Received::Part);
        assert_eq!(parse(&bytes[..30]), Received::Part);
    }

    #[test]
    fn an_empty_answer_needs_no_length_and_others_do() {
        let empty = Answer { status: 204, body: 27, end: 27 };
        assert_eq!(parse(b"HTTP/1.1 204 No Content\r\n\r\n"), Received::Whole(empty));
        assert_eq!(parse(b"HTTP/1.1 200 OK\r\n\r\n{}"), Received::Strange);
        assert_eq!(parse(b"SSH-2.0\r\n\r\n"), Received::Strange);
    }
}

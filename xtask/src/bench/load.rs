//! Makes requests on many keep-alive connections from one thread, which takes as little of the machine as it can: what is
//! measured is the other side.

use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;

use super::answer::{Received, parse};
use crate::error::Error;
use crate::process;

/// When to stop: with the first of the two.
#[derive(Clone, Copy)]
pub(crate) struct Limit {
    pub(crate) requests: usize,
    pub(crate) time: Duration,
}

/// What came of it. All requests were answered, and well.
pub(crate) struct Done {
    /// From the first byte of each request to the last one of its answer.
    pub(crate) latencies: Vec<Duration>,
    pub(crate) took: Duration,
}

/// Open connections to one server.
pub(crate) struct Load {
    who: &'static str,
    streams: Vec<TcpStream>,
}

impl Load {
    pub(crate) fn connect(
        who: &'static str,
        address: SocketAddr,
        connections: usize,
    ) -> Result<Self, Error> {
        let connect = |_number| -> std::io::Result<TcpStream> {
            let stream = TcpStream::connect(address)?;
            stream.set_nodelay(true)?;
            stream.set_nonblocking(true)?;
            Ok(stream)
        };
        let streams = (0..connections).map(connect).collect::<Result<_, _>>();
        Ok(Self { who, streams: streams.map_err(|error| failed(who, &error))? })
    }

    /// Keeps every connection busy with one request after the other, as `next` makes them.
    pub(crate) fn run(
        &self,
        limit: Limit,
        mut next: impl FnMut() -> Vec<u8>,
    ) -> Result<Done, Error> {
        let started = Instant::now();
        let mut ready: Vec<_> =
            self.streams.iter().map(|stream| PollFd::new(stream, PollFlags::IN)).collect();
        let mut exchanges: Vec<_> =
            self.streams.iter().map(|_stream| Exchange::default()).collect();
        let mut latencies = Vec::new();
        let mut sent = 0;
        for (stream, exchange) in self.streams.iter().zip(&mut exchanges) {
            if sent < limit.requests {
                exchange.send(stream, &next()).map_err(|error| failed(self.who, &error))?;
                sent += 1;
            }
        }
        while latencies.len() < sent {
            process::go_on()?;
            match poll(&mut ready, Some(&PATIENCE)) {
                Ok(0) => return Err(failed(self.who, &"no answer for 30 seconds")),
                Ok(_some) => {}
                Err(Errno::INTR) => continue,
                Err(error) => return Err(failed(self.who, &error)),
            }
            for (place, stream) in self.streams.iter().enumerate() {
                if ready[place].revents().is_empty() {
                    continue;
                }
                let exchange = &mut exchanges[place];
                let Some(latency) =
                    exchange.receive(stream).map_err(|why| failed(self.who, &why))?
                else {
                    continue;
                };
                latencies.push(latency);
                if sent < limit.requests && started.elapsed() < limit.time {
                    exchange.send(stream, &next()).map_err(|error| failed(self.who, &error))?;
                    sent += 1;
                }
            }
        }
        Ok(Done { latencies, took: started.elapsed() })
    }
}

/// A request on its way, and what has come back.
struct Exchange {
    began: Instant,
    received: Vec<u8>,
}

impl Default for Exchange {
    fn default() -> Self {
        Self { began: Instant::now(), received: Vec::with_capacity(4096) }
    }
}

impl Exchange {
    /// A request is short, so that it fits into the send buffer of a connection on which nothing is under way.
    fn send(&mut self, mut stream: &TcpStream, request: &[u8]) -> std::io::Result<()> {
        self.began = Instant::now();
        self.received.clear();
        stream.write_all(request)
    }

    /// Nothing while the answer is not whole.
    fn receive(&mut self, mut stream: &TcpStream) -> Result<Option<Duration>, String> {
        let mut bytes = [0; 16 * 1024];
        match stream.read(&mut bytes) {
            Ok(0) => return Err("it closed a connection".to_owned()),
            Ok(length) => self.received.extend_from_slice(&bytes[..length]),
            Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(None),
            Err(error) => return Err(error.to_string()),
        }
        match parse(&self.received) {
            Received::Part => Ok(None),
            Received::Whole(answer) if (200..300).contains(&answer.status) => {
                Ok(Some(self.began.elapsed()))
            }
            Received::Whole(_) | Received::Strange => {
                Err(format!("it answered {}", String::from_utf8_lossy(&self.received)))
            }
        }
    }
}

/// A server that goes away because everything is told to end is no failure.
fn failed(who: &'static str, why: &dyn ToString) -> Error {
    if process::interrupted() {
        return Error::Interrupted;
    }
    Error::Bench { who, why: why.to_string() }
}

const PATIENCE: Timespec = Timespec { tv_sec: 30, tv_nsec: 0 };

#[cfg(test)]
mod tests {
    use std::net::TcpListener;
    use std::thread;

    use super::*;

    /// Answers that many requests on one connection, in two pieces each.
    fn serve(answers: usize) -> SocketAddr {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        thread::spawn(move || {
            let (mut stream, _peer) = listener.accept().unwrap();
            for _answer in 0..answers {
                let mut request = [0; 64];
                assert!(stream.read(&mut request).unwrap() > 0);
                stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-le").unwrap();
                stream.write_all(b"ngth: 2\r\n\r\n{}").unwrap();
            }
        });
        address
    }

    #[test]
    fn every_request_is_answered_and_counted_once() {
        let load = Load::connect("test", serve(5), 1).unwrap();
        let limit = Limit { requests: 5, time: Duration::from_secs(30) };
        let done = load.run(limit, || b"GET / HTTP/1.1\r\n\r\n".to_vec()).unwrap();
        assert_eq!(done.latencies.len(), 5);
    }

    #[test]
    fn a_server_that_goes_away_is_an_error() {
        let load = Load::connect("test", serve(1), 1).unwrap();
        let limit = Limit { requests: 2, time: Duration::from_secs(30) };
        assert!(load.run(limit, || b"GET / HTTP/1.1\r\n\r\n".to_vec()).is_err());
    }
}

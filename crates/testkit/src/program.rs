//! The program itself, run as a process of its own.

use std::{
    io::{BufRead as _, BufReader, Write as _},
    process::{Child, Command, Stdio},
};

/// A server that ends when this is dropped.
#[derive(Debug)]
pub struct RunningProgram {
    child: Child,
    /// Where it listens, as `http://127.0.0.1:PORT`.
    pub address: String,
}

impl RunningProgram {
    /// Starts `eider serve` and waits until it has said where it listens.
    ///
    /// # Errors
    /// When it does not start.
    pub fn serve(mut serve: Command) -> Result<Self, String> {
        let mut child = serve
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| format!("eider did not start: {error}"))?;
        let stdout = child.stdout.take();
        let mut server = Self {
            child,
            address: String::new(),
        };
        let mut lines = BufReader::new(stdout.ok_or("eider has no standard output")?).lines();
        while let Some(Ok(line)) = lines.next() {
            if let Some((_, address)) = line.split_once("Eider listens on ") {
                address
                    .trim()
                    .trim_end_matches('/')
                    .clone_into(&mut server.address);
                // A full pipe would stop the server.
                std::thread::spawn(move || lines.map_while(Result::ok).for_each(drop));
                return Ok(server);
            }
        }
        Err("eider did not say where it listens".to_owned())
    }

    /// The number of the process.
    pub fn process_id(&self) -> u32 {
        self.child.id()
    }
}

impl Drop for RunningProgram {
    fn drop(&mut self) {
        // Both fail only when it has ended already.
        let _killed = self.child.kill();
        let _reaped = self.child.wait();
    }
}

/// What a program prints when it is given `input` and run to its end.
///
/// # Errors
/// When it does not start, or ends with a failure.
pub fn printed(command: &mut Command, input: &str) -> Result<String, String> {
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|error| format!("eider did not start: {error}"))?;
    if let Some(mut stdin) = child.stdin.take() {
        writeln!(stdin, "{input}").map_err(|error| error.to_string())?;
    }
    let output = child
        .wait_with_output()
        .map_err(|error| error.to_string())?;
    if !output.status.success() {
        return Err(format!("eider ended with {}", output.status));
    }
    String::from_utf8(output.stdout).map_err(|error| error.to_string())
}

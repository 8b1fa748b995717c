//! A real mail server, Exim, without any rights of its own, that keeps what comes in a folder.

use std::fs;
use std::net::{SocketAddr, TcpStream};
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use tempfile::TempDir;

use super::address;
use crate::install::EXIM;
use crate::postgres::{Account, account_to_run, command, hand_over};
use crate::process;

const START_TIMEOUT: Duration = Duration::from_secs(20);

/// A running mail server for everybody at mail.test, ended and deleted when dropped.
pub struct MailServer {
    /// Where it takes mail.
    pub address: SocketAddr,
    child: Child,
    folder: TempDir,
}

impl MailServer {
    /// Starts one.
    pub fn start() -> Result<MailServer, String> {
        let program = EXIM.ensure()?;
        let account = account_to_run()?;
        let folder = tempfile::Builder::new()
            .prefix("eider-mail-")
            .permissions(fs::Permissions::from_mode(0o755))
            .tempdir()
            .map_err(|error| format!("No temporary folder for mail: {error}"))?;
        let address = address()?;
        let configuration = folder.path().join("exim.conf");
        let (user, group) = numbers(account.as_ref())?;
        let text = CONFIGURATION
            .replace("FOLDER", &folder.path().display().to_string())
            .replace("PORT", &address.port().to_string())
            .replace("USER", &user)
            .replace("GROUP", &group);
        fs::write(&configuration, text).map_err(|error| format!("No configuration: {error}"))?;
        for path in [folder.path(), &configuration] {
            hand_over(path, account.as_ref())?;
        }
        let mut exim = command(&program, folder.path(), account.as_ref());
        exim.arg("-bdf").arg("-C").arg(&configuration);
        let child = exim
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .spawn()
            .map_err(|error| format!("Exim did not start: {error}"))?;
        let mut server = MailServer {
            address,
            child,
            folder,
        };
        server.wait_until_ready()?;
        Ok(server)
    }

    /// Every mail that was delivered, whole.
    pub fn mails(&self) -> Vec<String> {
        let folder: PathBuf = self.folder.path().join("mail/new");
        let mut files: Vec<PathBuf> = fs::read_dir(folder)
            .into_iter()
            .flatten()
            .flatten()
            .map(|entry| entry.path())
            .collect();
        files.sort();
        let text = |file: &PathBuf| fs::read_to_string(file).ok();
        files.iter().filter_map(text).collect()
    }

    fn wait_until_ready(&mut self) -> Result<(), String> {
        let started = Instant::now();
        while started.elapsed() < START_TIMEOUT {
            if TcpStream::connect(self.address).is_ok() {
                return Ok(());
            }
            if let Ok(Some(status)) = self.child.try_wait() {
                return Err(format!("Exim ended with {status}."));
            }
            thread::sleep(Duration::from_millis(20));
        }
        Err("Exim takes no mail.".to_owned())
    }
}

impl Drop for MailServer {
    fn drop(&mut self) {
        // It fails only if the server has ended already.
        let _ended = self.child.kill();
        let _waited = self.child.wait();
    }
}

/// The numbers of the user and the group that mail is kept as.
fn numbers(account: Option<&Account>) -> Result<(String, String), String> {
    match account {
        Some(account) => Ok((account.user.to_string(), account.group.to_string())),
        None => {
            let own = |flag: &str| process::output_of(Command::new("id").arg(flag));
            Ok((own("-u")?, own("-g")?))
        }
    }
}

const CONFIGURATION: &str = "\
primary_hostname = mail.test
domainlist local_domains = mail.test
spool_directory = FOLDER/spool
log_file_path = FOLDER/%slog
pid_file_path = FOLDER/exim.pid
local_interfaces = 127.0.0.1.PORT
tls_advertise_hosts =
never_users =
exim_user = USER
exim_group = GROUP
deliver_drop_privilege = true
keep_environment =
host_lookup =
rfc1413_query_timeout = 0s
acl_smtp_rcpt = take

begin acl
take:
  accept domains = +local_domains
  deny

begin routers
everybody:
  driver = accept
  transport = folder

begin transports
folder:
  driver = appendfile
  directory = FOLDER/mail
  maildir_format
  envelope_to_add
  user = USER
  group = GROUP
";

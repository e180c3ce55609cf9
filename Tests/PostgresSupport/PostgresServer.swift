import CPostgreSQL
public import Foundation
import Glibc
public import PostgreSQL
import ServerSupport
import Synchronization

/// A real PostgreSQL server on a free loopback port, with data in a folder that goes with it.
public final class PostgresServer: Sendable {
  /// How one gets in.
  public enum Entrance: Sendable {
    /// Whoever comes.
    case open
    /// With a password.
    case password(String)
    /// Whoever comes, encrypted if the client wants it.
    case encrypted
  }

  /// Where it listens on 127.0.0.1.
  public let port: Int
  /// The server's own certificate, for those that come encrypted.
  public var certificate: URL { data.appending(path: "server.crt") }

  private let folder: URL
  private let entrance: Entrance
  private let state = Mutex(State())

  private struct State {
    var process: ServerProcess?
    var databases = 0
  }

  private var data: URL { folder.appending(path: "data") }

  /// One server for all tests of the process, which ends with it.
  public static let shared: Result<PostgresServer, any Error> = Result {
    let server = try PostgresServer()
    last.withLock { $0 = server }
    atexit { PostgresServer.last.withLock(\.self)?.remove() }
    return server
  }

  private static let last = Mutex<PostgresServer?>(nil)

  /// The address of a new empty database on the shared server.
  public static func newDatabase() throws -> PostgresAddress {
    try PostgresAddress(url: shared.get().makeDatabase())
  }

  /// Makes a folder of data, starts a server on it, and waits until it answers.
  public init(_ entrance: Entrance = .open) throws {
    self.entrance = entrance
    port = try Loopback.freePort()
    folder = FileManager.default.temporaryDirectory.appending(
      path: "atelier-pg-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let password = folder.appending(path: "password")
    var command = [Self.program("initdb"), "-D", data.path, "--no-sync", "-U", "postgres"]
    command += ["--encoding=UTF8", "--locale=C.UTF-8"]
    if case .password(let text) = entrance {
      try Data(text.utf8).write(to: password)
      command += ["-A", "scram-sha-256", "--pwfile", password.path]
    } else {
      command += ["-A", "trust"]
    }
    if getuid() == 0 {
      // PostgreSQL refuses to run as root.
      try ServerProcess.run(["chown", "-R", Self.user, folder.path])
    }
    try ServerProcess.run(
      Self.unprivileged(["sh", "-c", #"exec "$@" > /dev/null"#, "-"] + command))
    if case .encrypted = entrance { try makeCertificate() }
    try start()
  }

  deinit { remove() }

  /// Starts the server again on the same port, and waits until it answers.
  public func start() throws {
    var command = [Self.program("postgres"), "-D", data.path, "-p", String(port)]
    for option in [
      "listen_addresses=127.0.0.1", "unix_socket_directories=", "max_connections=1000",
      "log_min_messages=fatal", "shared_buffers=32MB",
    ] { command += ["-c", option] }
    if case .encrypted = entrance { command += ["-c", "ssl=on"] }
    let log = folder.appending(path: "log").path
    let process = try ServerProcess(
      Self.unprivileged(
        ["sh", "-c", #"log=$1; shift; exec "$@" >> "$log" 2>&1"#, "-", log] + command))
    state.withLock { $0.process = process }
    let deadline = ContinuousClock.now + .seconds(120)
    while PQping("host=127.0.0.1 port=\(port)") != PQPING_OK {
      guard ContinuousClock.now < deadline else {
        throw ServerFailure(description: "no PostgreSQL server")
      }
      sched_yield()
    }
  }

  /// Stops the server as `pg_ctl stop -m immediate` does: like a crash, without a word to its clients or a
  /// checkpoint. Waits until it is gone.
  public func stop() {
    state.withLock { $0.process.take() }?.end(SIGQUIT)
  }

  /// The URL of a database.
  ///
  /// - Parameter user: The user, and a colon and the password if there is one.
  public func url(_ database: String = "postgres", user: String = "postgres") -> String {
    "postgres://\(user)@127.0.0.1:\(port)/\(database)"
  }

  /// Makes an empty database.
  ///
  /// - Returns: Its URL.
  public func makeDatabase() throws -> String {
    let number = state.withLock { state in
      state.databases += 1
      return state.databases
    }
    let name = "test_\(number)"
    try PostgresConnection(PostgresAddress(url: url())).execute(script: "CREATE DATABASE \(name)")
    return url(name)
  }

  private func remove() {
    stop()
    try? FileManager.default.removeItem(at: folder)
  }

  private func makeCertificate() throws {
    let key = data.appending(path: "server.key").path
    try ServerProcess.run(
      Self.unprivileged([
        "openssl", "req", "-new", "-x509", "-newkey", "ec", "-pkeyopt",
        "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1", "-addext",
        "subjectAltName=IP:127.0.0.1", "-out", certificate.path, "-keyout", key,
      ]))
  }

  private static let user = getpwnam("postgres") == nil ? "nobody" : "postgres"

  private static func unprivileged(_ command: [String]) -> [String] {
    getuid() == 0
      ? ["setpriv", "--reuid=\(user)", "--clear-groups"] + command : command
  }

  /// Debian keeps the programs of each major version in a folder of its own.
  private static func program(_ name: String) -> String {
    let versions = URL(filePath: "/usr/lib/postgresql")
    let names = (try? FileManager.default.contentsOfDirectory(atPath: versions.path)) ?? []
    let newest = names.max { $0.compare($1, options: .numeric) == .orderedAscending }
    return newest.map { versions.appending(path: "\($0)/bin/\(name)").path } ?? name
  }
}

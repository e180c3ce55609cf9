import Glibc
import Synchronization

/// A process that a test has started, and ends.
public final class ServerProcess: Sendable {
  /// The process, until it was waited for.
  private let identity: Mutex<Int32?>

  /// Starts a program, which is looked for where the shell would.
  public init(_ command: [String]) throws {
    var identity: pid_t = 0
    var arguments: [UnsafeMutablePointer<CChar>?] = command.map { strdup($0) } + [nil]
    defer { for argument in arguments { free(argument) } }
    // What it inherited of other tests' sockets would stay open when these close them.
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    for descriptor in STDERR_FILENO + 1..<Int32(min(sysconf(Int32(_SC_OPEN_MAX)), 4_096)) {
      posix_spawn_file_actions_addclose(&actions, descriptor)
    }
    let status = posix_spawnp(&identity, command[0], &actions, nil, &arguments, environ)
    guard status == 0 else {
      throw ServerFailure(description: "\(command[0]): \(String(cString: strerror(status)))")
    }
    self.identity = Mutex(identity)
  }

  deinit { end(SIGKILL) }

  /// Runs a program to its end.
  public static func run(_ command: [String]) throws {
    let status = try ServerProcess(command).wait()
    guard status == 0 else {
      throw ServerFailure(description: "\(command.joined(separator: " ")) failed")
    }
  }

  /// Sends the process a signal, and waits until it is gone.
  public func end(_ signal: Int32) {
    guard let identity = identity.withLock(\.self) else { return }
    kill(identity, signal)
    _ = wait()
  }

  @discardableResult
  private func wait() -> Int32 {
    var status: Int32 = 0
    let identity = identity.withLock { identity in
      defer { identity = nil }
      return identity
    }
    if let identity { waitpid(identity, &status, 0) }
    return status
  }
}

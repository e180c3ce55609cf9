import Foundation
import Glibc

/// A bare socket to a server on this machine, for requests no well-behaved client sends.
///
/// Its calls block, so they run on a thread of their own.
final class RawConnection: Sendable {
  private let descriptor: Int32

  struct Failure: Error {}

  init(port: Int) throws {
    descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(UInt16(port).bigEndian)
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    // Only so that nothing hangs for ever: while all tests run at once, an answer may take a while.
    var timeout = timeval(tv_sec: 300, tv_usec: 0)
    setsockopt(
      descriptor, SOL_SOCKET, SO_RCVTIMEO, &timeout, socklen_t(MemoryLayout<timeval>.size))
    let status = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard status == 0 else { throw Failure() }
  }

  deinit { Glibc.close(descriptor) }

  /// Sends text; returns whether the server still takes it.
  @discardableResult
  func send(_ text: String) -> Bool { send(Array(text.utf8)) }

  /// Sends bytes; returns whether the server still takes them.
  @discardableResult
  func send(_ bytes: [UInt8]) -> Bool {
    Glibc.send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count
  }

  /// Ends the stream to the server; what it sends can still be read.
  func finishSending() { shutdown(descriptor, Int32(SHUT_WR)) }

  /// Everything the server sends until it closes the connection.
  func readToEnd() async -> String { await read { _ in false } }

  /// What the server sends, up to a text or until it closes the connection.
  func read(until end: String) async -> String { await read { $0.contains(end) } }

  /// Whether the server closes the connection; what it sends before is passed over.
  func isClosedByServer() async -> Bool {
    await withCheckedContinuation { continuation in
      DispatchQueue.global().async { [self] in
        var buffer = [UInt8](repeating: 0, count: 65_536)
        var count = 0
        repeat { count = recv(descriptor, &buffer, buffer.count, 0) } while count > 0
        // Otherwise nothing came for as long as a test waits.
        continuation.resume(returning: count == 0 || errno == ECONNRESET)
      }
    }
  }

  private func read(until isEnough: @escaping @Sendable (String) -> Bool) async -> String {
    await withCheckedContinuation { continuation in
      DispatchQueue.global().async { [self] in
        var received: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while case let count = recv(descriptor, &buffer, buffer.count, 0), count > 0 {
          received += buffer[..<count]
          if isEnough(String(decoding: received, as: UTF8.self)) { break }
        }
        continuation.resume(returning: String(decoding: received, as: UTF8.self))
      }
    }
  }
}

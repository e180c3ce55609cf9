import Foundation
import Glibc

/// What the program writes: results to standard output, everything else to standard error.
enum Output {
  /// Writes a line of progress or complaint to standard error.
  static func note(_ line: String) {
    write(toStandardError: (line + "\n").utf8)
  }

  /// Writes bytes to standard error. Where it takes no more, as on a full disk, there is nobody to tell, but
  /// no reason to end.
  static func write(toStandardError bytes: some Sequence<UInt8>) {
    try? FileHandle.standardError.write(contentsOf: Data(bytes))
  }

  /// Hands what was printed to the system.
  ///
  /// - Throws: `CommandFailure` when standard output does not take it, as on a full disk: what is lost
  ///   without a word may be a key, or half of a history.
  static func finish() throws(CommandFailure) {
    guard fflush(nil) == 0 else { throw .standardOutput(String(cString: strerror(errno))) }
  }

  /// Writes a value as JSON to standard output, in one line unless `pretty`.
  static func json(_ value: some Encodable, pretty: Bool = true) throws {
    print(try text(of: value, pretty: pretty))
  }

  /// A value as JSON, in one line unless `pretty`.
  static func text(of value: some Encodable, pretty: Bool = true) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    if pretty { encoder.outputFormatting.insert(.prettyPrinted) }
    encoder.dateEncodingStrategy = .iso8601
    return String(decoding: try encoder.encode(value), as: UTF8.self)
  }
}

extension Double {
  /// The number with a fixed number of decimals.
  func formatted(decimals: Int) -> String {
    String(format: "%.\(decimals)f", self)
  }

  /// A share as a percentage with two decimals.
  var percent: String { (self * 100).formatted(decimals: 2) + " %" }

  /// The number rounded to a number of decimals, for JSON.
  func rounded(decimals: Int) -> Double {
    let scale = pow(10, Double(decimals))
    return (self * scale).rounded() / scale
  }
}

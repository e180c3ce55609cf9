import Foundation

/// A header field's value with its parameters, as in `form-data; name="file"`.
struct FieldValue {
  /// What stands before the first semicolon, without the space around it.
  private(set) var value = ""
  /// The parameters by their names in lowercase; of equal names the first counts.
  private(set) var parameters: [String: String] = [:]

  /// How much the caller likes the value, from 0 to 1 (RFC 9110, section 12.4.2).
  var quality: Double { parameters["q"].map { Double($0) ?? 0 } ?? 1 }

  /// The values of a field that lists what the caller likes, such as `Accept`.
  static func list(_ field: String?) -> [FieldValue] {
    (field ?? "").split(separator: ",").map { FieldValue(String($0)) }
  }

  /// A parameter that is told in UTF-8 whatever the field itself can hold, as in `filename*=utf-8''%C3%A9`
  /// (RFC 8187); `nil` when there is none.
  func extendedParameter(_ name: String) -> String? {
    let parts = parameters[name + "*"]?.split(
      separator: "'", maxSplits: 2, omittingEmptySubsequences: false)
    guard let parts, parts.count == 3, parts[0].lowercased() == "utf-8" else { return nil }
    return String(parts[2]).removingPercentEncoding
  }

  /// Takes a value apart. Inside quotes a backslash makes the next quote or backslash ordinary; any
  /// other backslash stands for itself, as in the file names of some browsers.
  init(_ text: String) {
    // The signs of the syntax are ASCII, so that bytes can be looked at instead of characters.
    var piece: [UInt8] = []
    piece.reserveCapacity(text.utf8.count)
    var isFirst = true
    var isQuoted = false
    var isEscaped = false
    // Quoted bytes are kept apart from the signs of the syntax.
    for byte in text.utf8 {
      switch byte {
      case _ where isEscaped:
        if byte != Self.quote && byte != Self.backslash { piece.append(Self.backslash) }
        piece.append(byte)
        isEscaped = false
      case Self.backslash where isQuoted: isEscaped = true
      case Self.quote: isQuoted.toggle()
      case UInt8(ascii: ";") where !isQuoted:
        add(piece, isFirst: isFirst)
        piece.removeAll(keepingCapacity: true)
        isFirst = false
      default: piece.append(byte)
      }
    }
    add(piece, isFirst: isFirst)
  }

  /// Adds what stands before, between or after semicolons.
  private mutating func add(_ piece: [UInt8], isFirst: Bool) {
    guard !isFirst else {
      value = Self.trimmed(piece[...])
      return
    }
    guard let equals = piece.firstIndex(of: UInt8(ascii: "=")) else { return }
    let name = Self.trimmed(piece[..<equals]).lowercased()
    if parameters[name] == nil { parameters[name] = Self.trimmed(piece[(equals + 1)...]) }
  }

  private static let quote = UInt8(ascii: "\"")
  private static let backslash = UInt8(ascii: "\\")

  private static func trimmed(_ bytes: ArraySlice<UInt8>) -> String {
    let isBlank = { (byte: UInt8) in byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }
    let start = bytes.drop(while: isBlank)
    let end = start.lastIndex { !isBlank($0) }.map { $0 + 1 } ?? start.startIndex
    return String(decoding: start[..<end], as: UTF8.self)
  }
}

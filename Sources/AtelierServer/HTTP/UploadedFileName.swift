/// The name of an uploaded file as it is kept and shown.
enum UploadedFileName {
  private static let limit = 255

  /// The last component of a path-like name, without control characters, and not too long.
  static func sanitized(_ name: String) -> String {
    let result = visible(components(of: name).last ?? "")
    return result == "." || result == ".." ? "" : result
  }

  /// A path in an archive, without control characters and components that lead elsewhere, and not too
  /// long.
  static func sanitized(path: String) -> String {
    visible(components(of: path).filter { $0 != "." && $0 != ".." }.joined(separator: "/"))
  }

  private static func components(of name: String) -> [Substring] {
    name.split(whereSeparator: { $0 == "/" || $0 == "\\" })
  }

  private static func visible(_ name: some StringProtocol) -> String {
    var result = ""
    for scalar in name.unicodeScalars where !isInvisible(scalar) {
      guard result.utf8.count + UTF8.width(scalar) <= limit else { break }
      result.unicodeScalars.append(scalar)
    }
    return result
  }

  /// Control characters, and those that turn the direction of text and so disguise a name.
  private static func isInvisible(_ scalar: Unicode.Scalar) -> Bool {
    // Of ASCII these are the only ones, and need no table to be told.
    if scalar.isASCII { return scalar.value < 0x20 || scalar.value == 0x7f }
    return switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator: true
    default: false
    }
  }
}

/// Text in Markdown, as GitHub reads it.
enum Markdown {
  /// Text that means itself inside a paragraph, a heading or a cell of a table.
  static func escape(_ text: String) -> String {
    var escaped = ""
    for character in text {
      switch character {
      case "\\", "`", "*", "_", "[", "]", "|", "~", "#", "$": escaped += "\\\(character)"
      case "&": escaped += "&amp;"
      case "<": escaped += "&lt;"
      case ">": escaped += "&gt;"
      default: escaped.append(character.isNewline ? " " : character)
      }
    }
    return escaped
  }

  /// Text in the font of code; a bar in it is escaped, as it would end a cell.
  static func code(_ text: String) -> String {
    let line = inline(text).replacing("|", with: "\\|")
    guard line.contains("`") else { return "`\(line)`" }
    let fence = fence(around: line, atLeast: 1)
    return "\(fence) \(line) \(fence)"
  }

  /// Lines of commands, or of other text that means itself.
  static func block(_ text: String, language: String) -> String {
    let fence = fence(around: text, atLeast: 3)
    return "\(fence)\(language)\n\(text)\n\(fence)"
  }

  /// Text in one line.
  static func inline(_ text: String) -> String {
    text.map { $0.isNewline ? " " : String($0) }.joined()
  }

  /// More backticks than stand anywhere in a text.
  private static func fence(around text: String, atLeast least: Int) -> String {
    let longest = text.split { $0 != "`" }.map(\.count).max() ?? 0
    return String(repeating: "`", count: max(longest + 1, least))
  }

  /// A picture at a path beside the document.
  static func picture(_ alternative: String, path: String) -> String {
    "![\(escape(alternative))](\(escapedPath(path)))"
  }

  /// A link to a heading of the same document.
  static func link(toHeading heading: String) -> String {
    "[\(escape(heading))](#\(escapedPath(anchor(of: heading))))"
  }

  /// The name that GitHub gives a heading: lower case, without punctuation, hyphens for spaces.
  private static func anchor(of heading: String) -> String {
    String(
      heading.lowercased().compactMap { character in
        if character.isLetter || character.isNumber || character == "-" || character == "_" {
          return character
        }
        return character == " " ? "-" : nil
      })
  }

  /// A path whose characters all belong to it (RFC 3986, section 2.3).
  private static func escapedPath(_ path: String) -> String {
    path.utf8.map { byte in
      let scalar = Unicode.Scalar(byte)
      let isPlain =
        scalar.isASCII
        && (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar)
          || "-._~/".unicodeScalars.contains(scalar))
      return isPlain ? String(Character(scalar)) : "%" + hexadecimal(byte)
    }.joined()
  }

  private static func hexadecimal(_ byte: UInt8) -> String {
    let digits = String(byte, radix: 16, uppercase: true)
    return digits.count < 2 ? "0" + digits : digits
  }
}

/// A header field's value with its parameters, as in `form-data; name="file"`.
struct FieldValue {
  /// What stands before the first semicolon, without the space around it.
  let value: String
  /// The parameters by their names in lowercase; of equal names the first counts.
  let parameters: [String: String]

  /// Takes a value apart. Inside quotes a backslash makes the next quote or backslash ordinary; any
  /// other backslash stands for itself, as in the file names of some browsers.
  init(_ text: String) {
    var pieces: [String] = [""]
    var isQuoted = false
    var isEscaped = false
    // Quoted characters are kept apart from the signs of the syntax.
    for character in text.unicodeScalars {
      switch character {
      case _ where isEscaped:
        if character != "\"" && character != "\\" { pieces[pieces.count - 1] += "\\" }
        pieces[pieces.count - 1].unicodeScalars.append(character)
        isEscaped = false
      case "\\" where isQuoted: isEscaped = true
      case "\"": isQuoted.toggle()
      case ";" where !isQuoted: pieces.append("")
      default: pieces[pieces.count - 1].unicodeScalars.append(character)
      }
    }
    value = Self.trim(pieces[0][...])
    parameters = pieces.dropFirst().reduce(into: [:]) { parameters, piece in
      guard let equals = piece.firstIndex(of: "=") else { return }
      let name = Self.trim(piece[..<equals]).lowercased()
      if parameters[name] == nil {
        parameters[name] = Self.trim(piece[piece.index(after: equals)...])
      }
    }
  }

  private static func trim(_ text: Substring) -> String {
    var text = text
    while let first = text.first, first == " " || first == "\t" { text.removeFirst() }
    while let last = text.last, last == " " || last == "\t" { text.removeLast() }
    return String(text)
  }
}

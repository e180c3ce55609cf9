/// A page with gaps, `{{name}}`, for words that are not known until it is asked for.
struct PageTemplate: Sendable {
  private enum Piece: Sendable {
    case text(String)
    case gap(String)
  }

  private let pieces: [Piece]

  /// Finds the gaps of a page.
  init(_ page: String) {
    var pieces: [Piece] = []
    for (index, part) in page.split(separator: "{{", omittingEmptySubsequences: false).enumerated()
    {
      guard index > 0, let end = part.firstRange(of: "}}") else {
        pieces.append(.text(String(part)))
        continue
      }
      pieces.append(.gap(String(part[..<end.lowerBound])))
      pieces.append(.text(String(part[end.upperBound...])))
    }
    self.pieces = pieces
  }

  /// The names of the gaps.
  var names: [String] {
    pieces.compactMap { if case .gap(let name) = $0 { name } else { nil } }
  }

  /// The page with its gaps filled; what fills them is text, never markup.
  func filled(with words: [String: String]) -> String {
    pieces.map { piece in
      switch piece {
      case .text(let text): text
      case .gap(let name): Self.escaped(words[name] ?? "")
      }
    }.joined()
  }

  private static func escaped(_ text: String) -> String {
    var result = ""
    for character in text {
      switch character {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "'": result += "&#39;"
      default: result.append(character)
      }
    }
    return result
  }
}

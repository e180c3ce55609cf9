/// An element of an SVG picture, with what it contains.
///
/// Pictures are built as trees, so that their text is well-formed XML whatever the names in it are.
struct SVGElement {
  /// What an element contains: text or elements.
  enum Content {
    case text(String)
    case elements([SVGElement])
  }

  private let name: String
  private let attributes: [(name: String, value: any SVGValue)]
  private let content: Content

  init(
    _ name: String, _ attributes: KeyValuePairs<String, any SVGValue> = [:],
    _ elements: [SVGElement] = []
  ) {
    self.name = name
    self.attributes = attributes.map { ($0.key, $0.value) }
    content = .elements(elements)
  }

  init(_ name: String, _ attributes: KeyValuePairs<String, any SVGValue> = [:], text: String) {
    self.name = name
    self.attributes = attributes.map { ($0.key, $0.value) }
    content = .text(text)
  }

  /// The element as XML, a line an element.
  var xml: String { lines.joined(separator: "\n") + "\n" }

  private var lines: [String] {
    let opening = attributes.reduce("<" + name) { text, attribute in
      let value = attribute.value.text
      return value.isEmpty ? text : text + " \(attribute.name)=\"\(XML.escape(value))\""
    }
    switch content {
    case .text(let text):
      return [opening + ">" + XML.escape(text) + "</\(name)>"]
    case .elements(let elements):
      guard !elements.isEmpty else { return [opening + "/>"] }
      return [opening + ">"] + elements.flatMap(\.lines) + ["</\(name)>"]
    }
  }
}

/// What an attribute of an SVG element can be.
protocol SVGValue {
  /// The attribute as text, not yet escaped.
  var text: String { get }
}

extension String: SVGValue {
  var text: String { self }
}

extension Double: SVGValue {
  /// The number with at most two decimals, which is finer than a pixel.
  var text: String { Figures.shortest(self, decimals: 2) }
}

/// Text in XML.
enum XML {
  /// Text that means itself in the content and in the attributes of elements; what XML 1.0 cannot hold
  /// (section 2.2) becomes U+FFFD.
  static func escape(_ text: String) -> String {
    var escaped = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": escaped += "&amp;"
      case "<": escaped += "&lt;"
      case ">": escaped += "&gt;"
      case "\"": escaped += "&quot;"
      case "\t", "\n", "\r": escaped += " "
      case "\u{0}"..."\u{1F}", "\u{FFFE}", "\u{FFFF}": escaped += "\u{FFFD}"
      default: escaped.unicodeScalars.append(scalar)
      }
    }
    return escaped
  }
}

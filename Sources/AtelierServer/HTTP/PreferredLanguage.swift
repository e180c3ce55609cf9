import HTTPTypes
import Hummingbird

/// The language of the service's words that a caller likes best (RFC 9110, section 12.5.4).
enum PreferredLanguage: Sendable, CaseIterable {
  case chinese, english

  /// Reads an `Accept-Language` field; without a preference it is Chinese, the language of the contract.
  init(_ field: String?) {
    var best: (language: PreferredLanguage, quality: Double)?
    for value in FieldValue.list(field) {
      let language: PreferredLanguage
      switch value.value.lowercased().prefix(while: { $0 != "-" }) {
      case "zh": language = .chinese
      case "en": language = .english
      default: continue
      }
      if value.quality > best?.quality ?? 0 { best = (language, value.quality) }
    }
    self = best?.language ?? .chinese
  }

  /// The tag of the language (RFC 5646).
  var tag: String {
    switch self {
    case .chinese: "zh-CN"
    case .english: "en"
    }
  }
}

extension PreferredLanguage {
  /// The cookie of a choice made on a page.
  static let cookieName = "atelier_language"

  /// The language chosen on a page, or else the one the browser asks for.
  init(_ request: Request) {
    let choice = request.cookies[Self.cookieName]?.value
    self =
      Self.allCases.first { $0.tag == choice }
      ?? PreferredLanguage(request.headers[.acceptLanguage])
  }
}

import Foundation
import Hashing

/// A file that pages load: a style, a script, words, a picture.
struct WebAsset: Sendable {
  let name: String
  let content: [UInt8]
  /// Names this content and no other (RFC 9110, section 8.8.3).
  let entityTag: String

  init(_ name: String, _ content: [UInt8]) {
    self.name = name
    self.content = content
    entityTag = "\"\(ContentHash.sha256(of: content).prefix(16))\""
  }

  /// The media type, by the end of the name.
  var type: String {
    switch name.split(separator: ".").last {
    case "js": "text/javascript; charset=utf-8"
    case "css": "text/css; charset=utf-8"
    case "json": "application/json; charset=utf-8"
    case "svg": "image/svg+xml"
    case "png": "image/png"
    default: "application/octet-stream"
    }
  }
}

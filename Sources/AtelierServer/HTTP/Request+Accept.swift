import Hummingbird

extension Request {
  /// Whether the caller takes a media type that not everybody takes (RFC 9110, section 12.5.1).
  func accepts(_ mediaType: String) -> Bool {
    FieldValue.list(headers[.accept]).contains {
      $0.value.lowercased() == mediaType && $0.quality > 0
    }
  }
}

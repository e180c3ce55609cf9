import HTTPTypes

extension HTTPFields {
  /// What the subscript gives, for fields that come once a message and with every request: then there is
  /// nothing to join.
  func value(of name: HTTPField.Name) -> String? {
    let values = self[values: name]
    return values.count > 1 ? values.joined(separator: ", ") : values.first
  }
}

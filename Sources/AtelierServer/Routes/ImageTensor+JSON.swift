import Classification

extension ImageTensor {
  /// The rows of grey levels.
  var json: OrderedJSON {
    .array(
      stride(from: 0, to: Self.elementCount, by: Self.width).map { start in
        .array(pixels[start..<start + Self.width].map { .fixed(Double($0), decimals: 4) })
      })
  }
}

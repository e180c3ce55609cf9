import Classification

extension ImageTensor {
  /// The rows of grey levels, as a member of an answer.
  var json: OrderedJSON {
    let rows = stride(from: 0, to: Self.elementCount, by: Self.width).map { start in
      OrderedJSON.array(
        pixels[start..<start + Self.width].map { .fixed(Double($0), decimals: 4) })
    }
    return ["tensor": .array(rows)]
  }
}

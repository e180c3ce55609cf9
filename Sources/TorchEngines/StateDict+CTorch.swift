package import CTorchInterface
package import Networks
import OrderedCollections

extension StateDict {
  /// Calls `body` with the values of each parameter, in order; they are valid for that call.
  package func withCTorchValues<Result>(_ body: (UnsafeBufferPointer<CTValues>) -> Result) -> Result
  {
    // One buffer for all, so that one borrow covers every pointer.
    let all = tensors.values.flatMap(\.values)
    return all.withUnsafeBufferPointer { buffer in
      guard let base = buffer.baseAddress else {
        return body(UnsafeBufferPointer(start: nil, count: 0))
      }
      var offset = 0
      let values = tensors.values.map { tensor in
        defer { offset += tensor.values.count }
        return CTValues(values: base + offset, count: Int64(tensor.values.count))
      }
      return values.withUnsafeBufferPointer(body)
    }
  }
}

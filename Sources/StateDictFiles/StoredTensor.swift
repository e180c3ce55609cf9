/// A tensor as a file describes it: a view of a storage.
struct StoredTensor {
  /// A run of numbers of one type, in an entry of its own.
  struct Storage {
    /// The entry is called `data/` and this.
    let key: String
    let type: ElementType
    let elementCount: Int
  }

  /// The most dimensions PyTorch itself handles.
  private static let maximumRank = 64

  let storage: Storage
  let shape: [Int]
  let elementCount: Int
  private let offset: Int
  private let strides: [Int]

  /// - Throws: `damaged` when the tensor is not a view within its storage.
  init(
    storage: Storage, offset: Int, shape: [Int], strides: [Int]
  ) throws(StateDictFileError.Reason) {
    var count = 1
    var last = offset
    var fits = offset >= 0 && shape.count == strides.count && shape.count <= Self.maximumRank
    for (size, stride) in zip(shape, strides) {
      guard size >= 0, stride >= 0 else { fits = false; break }
      let product = count.multipliedReportingOverflow(by: size)
      let span = stride.multipliedReportingOverflow(by: max(size - 1, 0))
      let sum = last.addingReportingOverflow(span.partialValue)
      fits = fits && !product.overflow && !span.overflow && !sum.overflow
      (count, last) = (product.partialValue, sum.partialValue)
    }
    guard fits, count == 0 || last < storage.elementCount else {
      throw .damaged("a tensor lies outside its storage")
    }
    self.storage = storage
    self.shape = shape
    elementCount = count
    self.offset = offset
    self.strides = strides
  }

  /// The tensor's numbers in row-major order.
  ///
  /// - Precondition: `bytes` is the whole storage.
  func values(
    in bytes: ArraySlice<UInt8>, decode: (UnsafeRawBufferPointer, _ offset: Int) -> Float
  ) -> [Float] {
    // Dimensions of one element take no step, and their strides may be anything.
    let dimensions = zip(shape, strides).filter { $0.0 != 1 }
    var indices = [Int](repeating: 0, count: dimensions.count)
    var position = offset
    return bytes.withUnsafeBytes { buffer in
      (0..<elementCount).map { _ in
        let value = decode(buffer, position * storage.type.size)
        var axis = dimensions.count - 1
        while axis >= 0 {
          let (size, stride) = dimensions[axis]
          indices[axis] += 1
          position += stride
          if indices[axis] < size { break }
          indices[axis] = 0
          position -= size * stride
          axis -= 1
        }
        return value
      }
    }
  }
}

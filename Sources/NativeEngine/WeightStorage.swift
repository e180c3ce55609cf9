import Files

/// Floats that many may read at once: in memory of their own, or in a file's map.
final class WeightStorage: @unchecked Sendable {
  // Safe: nothing writes to them after the storage is made.
  let values: UnsafeBufferPointer<Float>
  private let owned: UnsafeMutableBufferPointer<Float>?
  private let file: MappedFile?

  /// Allocates floats, at the start of a cache line.
  ///
  /// - Parameter initialize: Writes all of them; they are zero before.
  init(count: Int, initialize: (UnsafeMutableBufferPointer<Float>) -> Void) {
    let memory = UnsafeMutableRawBufferPointer.allocate(
      byteCount: max(count, 1) * MemoryLayout<Float>.stride, alignment: 64)
    let floats = UnsafeMutableBufferPointer(
      rebasing: memory.bindMemory(to: Float.self)[..<count])
    floats.initialize(repeating: 0)
    initialize(floats)
    (owned, file, values) = (floats, nil, UnsafeBufferPointer(floats))
  }

  /// Uses floats of a file as they are, from a multiple of 64 bytes to its end.
  init(_ file: MappedFile, from start: Int) {
    self.file = file
    owned = nil
    values = UnsafeRawBufferPointer(rebasing: file.bytes[start...]).assumingMemoryBound(
      to: Float.self)
  }

  deinit { owned?.deallocate() }
}

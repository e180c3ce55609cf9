/// The memory that one computation at a time works in.
///
/// The frames around activations are zero from the beginning, and nothing writes to them.
final class Workspace: @unchecked Sendable {
  // Safe: whoever took the workspace out of its pool is alone with it.
  let memory: UnsafeMutablePointer<Float>

  init(size: Int) {
    let bytes = UnsafeMutableRawPointer.allocate(
      byteCount: max(size, 1) * MemoryLayout<Float>.stride, alignment: 64)
    memory = bytes.bindMemory(to: Float.self, capacity: size)
    memory.initialize(repeating: 0, count: size)
  }

  deinit { memory.deallocate() }
}

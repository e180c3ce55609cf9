/// The memory that one computation at a time works in.
///
/// The frames around activations are zero from the beginning, and nothing else is written to them.
final class Workspace: @unchecked Sendable {
  // Safe: whoever took the workspace out of its pool is alone with it.
  let memory: UnsafeMutableRawPointer

  init(size: Int) {
    memory = .allocate(byteCount: size, alignment: 64)
    memory.initializeMemory(as: UInt8.self, repeating: 0, count: size)
  }

  deinit { memory.deallocate() }
}

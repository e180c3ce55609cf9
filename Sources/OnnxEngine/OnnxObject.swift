/// An object that ONNX Runtime made, released with its last owner.
///
/// `@unchecked Sendable`: the pointer never changes, and the kinds of objects that are shared
/// (sessions) may be used from several threads.
final class OnnxObject: @unchecked Sendable {
  typealias Release = @convention(c) (OpaquePointer?) -> Void

  let pointer: OpaquePointer
  private let release: Release

  init(_ pointer: OpaquePointer, release: @escaping Release) {
    self.pointer = pointer
    self.release = release
  }

  deinit { release(pointer) }
}

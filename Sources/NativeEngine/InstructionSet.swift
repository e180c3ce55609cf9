import CNativeKernels

/// The instructions that the engine computes with.
public struct InstructionSet: Sendable {
  // Safe: points to a constant of the program.
  nonisolated(unsafe) let kernels: UnsafePointer<AtelierKernels>

  /// Those this processor has, the fastest first, of `avx512vnni`, `avx512`, `avxvnni`, `avx2` and
  /// `portable`, which is NEON on 64-bit ARM. Those with `vnni` multiply floats as those without.
  public static var available: [InstructionSet] {
    var sets = [UnsafePointer<AtelierKernels>?](repeating: nil, count: Int(ATELIER_KERNEL_LIMIT))
    let count = atelier_native_kernels(&sets)
    return sets.prefix(Int(count)).compactMap { $0.map(InstructionSet.init) }
  }

  /// The name, such as `avx512`.
  public var name: String { String(cString: kernels.pointee.name) }

  /// Bytes of an integer that is multiplied.
  var integerBytes: Int { Int(kernels.pointee.integer_bytes) }
}

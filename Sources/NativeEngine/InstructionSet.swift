import CNativeKernels

/// The instructions that the engine computes with.
public struct InstructionSet: Sendable {
  // Safe: points to a constant of the program.
  nonisolated(unsafe) let kernels: UnsafePointer<AtelierKernels>

  /// Those this processor has, the fastest first: `avx512`, `avx2` and `portable` on x86-64,
  /// `portable`, which is NEON, on 64-bit ARM.
  public static var available: [InstructionSet] {
    var sets: [InstructionSet] = []
    var next = atelier_native_kernels()
    while let pointer = next, let kernels = pointer.pointee {
      sets.append(InstructionSet(kernels: kernels))
      next = pointer + 1
    }
    return sets
  }

  /// The name, such as `avx512`.
  public var name: String { String(cString: kernels.pointee.name) }

  /// Floats in a vector.
  public var lanes: Int { Int(kernels.pointee.lanes) }
}

import COnnxRuntime

/// ONNX Runtime's functions and the objects that all its sessions share.
///
/// `@unchecked Sendable`: everything here is made once and never changed or released, and may be
/// used from several threads.
struct OnnxRuntime: @unchecked Sendable {
  let api: UnsafePointer<OrtApi>
  /// Describes memory of ours that tensors are laid over.
  let memory: OpaquePointer
  private let environment: OpaquePointer
  private let allocator: OpaquePointer

  /// Made when first needed; ONNX Runtime wants one environment a process.
  static let shared = Result<OnnxRuntime, OnnxStatus> { () throws(OnnxStatus) in
    try OnnxRuntime()
  }

  private init() throws(OnnxStatus) {
    let library = try OnnxLibrary.shared.get()
    guard let api = library.api else {
      throw OnnxStatus(
        message: "ONNX Runtime \(library.version) is too old; 1.12 or later is needed")
    }
    self.api = api
    // Errors come back as statuses; logged as well, they would only fill standard error.
    environment = try api.make { api.pointee.CreateEnv(ORT_LOGGING_LEVEL_FATAL, "atelier", &$0) }
    memory = try api.make {
      api.pointee.CreateCpuMemoryInfo(ORT_ARENA_ALLOCATOR, ORT_MEM_TYPE_DEFAULT, &$0)
    }
    allocator = try api.make { api.pointee.GetAllocatorWithDefaultOptions(&$0) }
  }

  /// A session for a model.
  func session(
    model: [UInt8], options: OnnxObject
  ) throws(OnnxStatus) -> OnnxObject {
    let session = try api.make { session in
      model.withUnsafeBytes {
        api.pointee.CreateSessionFromArray(
          environment, $0.baseAddress ?? UnsafeRawPointer(api), $0.count, options.pointer, &session)
      }
    }
    return OnnxObject(session, release: api.pointee.ReleaseSession)
  }

  /// The text that a call makes, with its final zero.
  func name(
    _ call: (_ allocator: OpaquePointer, inout UnsafeMutablePointer<CChar>?) -> OpaquePointer?
  ) throws(OnnxStatus) -> ContiguousArray<CChar> {
    var text: UnsafeMutablePointer<CChar>?
    try api.check(call(allocator, &text))
    guard let text else { throw OnnxStatus(message: "ONNX Runtime gave no name") }
    let name = String(cString: text).utf8CString
    try api.check(api.pointee.AllocatorFree(allocator, text))
    return name
  }

  /// How a session computes.
  func sessionOptions(
    threads: Int, provider: ExecutionProvider
  ) throws(OnnxStatus) -> OnnxObject {
    let options = OnnxObject(
      try api.make { api.pointee.CreateSessionOptions(&$0) },
      release: api.pointee.ReleaseSessionOptions)
    try api.check(api.pointee.SetSessionGraphOptimizationLevel(options.pointer, ORT_ENABLE_ALL))
    try api.check(
      api.pointee.SetIntraOpNumThreads(options.pointer, Int32(clamping: max(threads, 1))))
    try api.check(api.pointee.SetInterOpNumThreads(options.pointer, 1))
    // Threads that spin between requests would take the processor from the rest of the service.
    try api.check(
      api.pointee.AddSessionConfigEntry(options.pointer, "session.intra_op.allow_spinning", "0"))
    if provider == .cuda { try addCUDA(to: options) }
    return options
  }

  private func addCUDA(to options: OnnxObject) throws(OnnxStatus) {
    do {
      let cuda = OnnxObject(
        try api.make { api.pointee.CreateCUDAProviderOptions(&$0) },
        release: api.pointee.ReleaseCUDAProviderOptions)
      try api.check(
        api.pointee.SessionOptionsAppendExecutionProvider_CUDA_V2(options.pointer, cuda.pointer))
    } catch {
      throw OnnxStatus(
        message: "\(error.message) Set ONNXRUNTIME_DIR to a build with CUDA and run scripts/setup.")
    }
  }
}

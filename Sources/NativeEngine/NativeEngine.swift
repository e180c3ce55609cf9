import CNativeKernels
public import Classification
import Dispatch
public import Files
import Networks

/// Atelier's own engine: it needs no other runtime.
///
/// The same picture gives the same bits on one machine, whatever else is in the batch and however many
/// threads compute it. With 8-bit integers it gives the same bits on every machine.
public struct NativeEngine: InferenceEngine {
  /// ``EngineKind/native``.
  public let kind = EngineKind.native
  /// Logits a picture.
  public let classCount: Int

  private let plan: ExecutionPlan
  private let operands: LayerOperands
  private let instructions: InstructionSet
  private let workspaces: WorkspacePool
  private let threads: Int

  /// Loads a model and runs it once, so that the first request finds it warm.
  ///
  /// - Parameters:
  ///   - path: The `model.atelier` file.
  ///   - classCount: The number of classes it has to have.
  ///   - precision: The numbers to multiply.
  ///   - threads: How many threads compute a large batch; the caller's is one of them.
  /// - Throws: `InferenceError` when the file cannot be read, or is no such model.
  public init(
    path: String, classCount: Int, precision: NativePrecision = .float32, threads: Int = 1
  ) throws(InferenceError) {
    let file: MappedFile
    do {
      file = try MappedFile(path: path, limit: NativeModel.sizeLimit)
    } catch {
      throw .modelUnreadable(path: path, reason: error.reason)
    }
    try self.init(
      file, path: path, isVerified: false, classCount: classCount, precision: precision,
      threads: threads)
  }

  /// Loads a model from a file's map and runs it once, so that the first request finds it warm.
  ///
  /// - Parameters:
  ///   - file: The content of a `model.atelier` file.
  ///   - path: Its path, for errors.
  ///   - isVerified: Whether its bytes are known to be those that were written, so that its checksum need
  ///     not be computed.
  ///   - classCount: The number of classes it has to have.
  ///   - precision: The numbers to multiply.
  ///   - threads: How many threads compute a large batch; the caller's is one of them.
  /// - Throws: `InferenceError` when the file is no such model.
  public init(
    _ file: MappedFile, path: String, isVerified: Bool, classCount: Int,
    precision: NativePrecision = .float32, threads: Int = 1
  ) throws(InferenceError) {
    do throws(NativeModelError) {
      let model = try NativeModel(file, isVerified: isVerified)
      guard model.network.classCount == classCount else {
        throw NativeModelError.description(
          reason: "it tells \(model.network.classCount) classes, not \(classCount)")
      }
      try self.init(model, precision: precision, threads: threads)
    } catch {
      throw .modelInvalid(path: path, reason: error.description)
    }
    try warmUp(modelPath: path)
  }

  /// Creates an engine that runs a model.
  ///
  /// - Parameters:
  ///   - model: The network and its weights.
  ///   - precision: The numbers to multiply.
  ///   - instructions: What to compute with; by default the fastest that the processor has.
  ///   - threads: How many threads compute a large batch.
  /// - Throws: ``NativeModelError`` when the engine has no kernel for one of the layers.
  public init(
    _ model: NativeModel, precision: NativePrecision = .float32,
    instructions: InstructionSet? = nil, threads: Int = 1
  ) throws(NativeModelError) {
    guard let instructions = instructions ?? InstructionSet.available.first else {
      throw .unsupported(reason: "the program has no kernels for this processor")
    }
    self.instructions = instructions
    self.threads = max(1, threads)
    plan = try ExecutionPlan(
      model.network, integerBytes: precision == .int8 ? instructions.integerBytes : nil)
    operands = try LayerOperands(plan, model, kernels: instructions.kernels)
    classCount = model.network.classCount
    workspaces = WorkspacePool(size: plan.workspaceSize)
  }

  /// Computes the logits of a batch.
  ///
  /// - Throws: `InferenceError` when the shapes do not fit.
  public func run(
    _ pixels: Span<Float>, into logits: inout MutableSpan<Float>
  ) throws(InferenceError) {
    let batch = try batchCount(pixels: pixels.count, logits: logits.count)
    guard batch > 0 else { return }
    pixels.withUnsafeBufferPointer { pixels in
      logits.withUnsafeMutableBufferPointer { logits in
        guard let input = pixels.baseAddress, let output = logits.baseAddress else { return }
        run(input, output, batch)
      }
    }
  }

  private func run(
    _ input: UnsafePointer<Float>, _ output: UnsafeMutablePointer<Float>, _ batch: Int
  ) {
    let groups = (batch + ExecutionPlan.groupSize - 1) / ExecutionPlan.groupSize
    let parts = min(threads, groups)
    guard parts > 1 else {
      runPart(input, output, 0..<batch)
      return
    }
    // Safe: each part reads its own pictures and writes their logits, and all end before this does.
    nonisolated(unsafe) let (input, output) = (input, output)
    DispatchQueue.concurrentPerform(iterations: parts) { part in
      runPart(input, output, batch * part / parts..<batch * (part + 1) / parts)
    }
  }

  private func runPart(
    _ input: UnsafePointer<Float>, _ output: UnsafeMutablePointer<Float>, _ pictures: Range<Int>
  ) {
    workspaces.withWorkspace { workspace in
      var first = pictures.lowerBound
      while first < pictures.upperBound {
        let count = min(ExecutionPlan.groupSize, pictures.upperBound - first)
        plan.run(
          input + first * ImageTensor.elementCount, into: output + first * classCount, count: count,
          memory: workspace.memory, operands: operands.operands, kernels: instructions.kernels)
        first += count
      }
    }
  }
}

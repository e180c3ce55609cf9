public import Classification
import Files

/// A model in the ONNX format, run by ONNX Runtime.
public struct OnnxEngine: InferenceEngine {
  /// Whether ONNX Runtime was installed with the program: a minimal build comes without it.
  public static var isInstalled: Bool { OnnxLibrary.isInstalled }

  /// The version of ONNX Runtime, such as "1.32.0"; `nil` when it cannot be opened.
  public static var runtimeVersion: String? { (try? OnnxLibrary.shared.get())?.version }

  /// The largest message of protocol buffers, which ONNX files are.
  private static let maximumSize = Int(Int32.max)

  /// ``EngineKind/onnx``.
  public let kind = EngineKind.onnx
  /// Logits a picture.
  public let classCount: Int
  private let session: OnnxSession

  /// Loads a model and runs it once, so that the first request finds it warm.
  ///
  /// - Parameters:
  ///   - path: The `.onnx` file: one input of N x 1 x 28 x 28 floats and one output of N x classes
  ///     floats, for any N.
  ///   - classCount: The number of classes it has to have.
  ///   - threads: How many threads compute one call; with one, it is the caller's own.
  ///   - provider: The hardware to compute on.
  /// - Throws: ``InferenceError`` when the file cannot be read, is no such model, or the hardware is
  ///   not there.
  /// - Precondition: `classCount` is positive.
  public init(
    path: String, classCount: Int, threads: Int = 1, provider: ExecutionProvider = .cpu
  ) throws(InferenceError) {
    let model: [UInt8]
    do {
      model = try FileContents.read(from: path, limit: Self.maximumSize)
    } catch {
      throw .modelUnreadable(path: path, reason: error.reason)
    }
    try self.init(
      model: model, path: path, classCount: classCount, threads: threads, provider: provider)
  }

  /// Loads a model from the bytes of its file, as ``init(path:classCount:threads:provider:)`` does.
  ///
  /// - Parameter path: What errors call it.
  public init(
    model: [UInt8], path: String = "the model", classCount: Int, threads: Int = 1,
    provider: ExecutionProvider = .cpu
  ) throws(InferenceError) {
    precondition(classCount > 0, "a model tells at least one class")
    self.classCount = classCount
    let runtime: OnnxRuntime
    let options: OnnxObject
    do {
      runtime = try OnnxRuntime.shared.get()
      options = try runtime.sessionOptions(threads: threads, provider: provider)
    } catch {
      throw .engineUnavailable(.onnx, reason: error.message)
    }
    do {
      session = try OnnxSession(
        try runtime.session(model: model, options: options), runtime: runtime,
        classCount: classCount)
    } catch {
      throw .modelInvalid(path: path, reason: error.message)
    }
    try warmUp(modelPath: path)
  }

  /// Computes the logits of a batch, which ONNX Runtime reads and writes in place.
  ///
  /// - Throws: ``InferenceError`` when the shapes do not fit or ONNX Runtime fails.
  public func run(
    _ pixels: Span<Float>, into logits: inout MutableSpan<Float>
  ) throws(InferenceError) {
    let batch = try batchCount(pixels: pixels.count, logits: logits.count)
    guard batch > 0 else { return }
    do {
      try session.run(pixels, into: &logits, batch: batch)
    } catch {
      throw .runtimeFailure(engine: .onnx, reason: error.message)
    }
  }
}

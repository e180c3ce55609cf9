import CDynamicLinker
import COnnxRuntime
import Glibc

/// ONNX Runtime's shared library, opened when it is first needed.
///
/// `@unchecked Sendable`: the pointer is to a table that the library never changes.
struct OnnxLibrary: @unchecked Sendable {
  private static let fileName = "libonnxruntime.so"

  /// The library.
  static let shared = Result<OnnxLibrary, OnnxStatus> { () throws(OnnxStatus) in
    // The program's own search path names its folder.
    guard let library = dlopen(fileName, RTLD_NOW | RTLD_LOCAL),
      let symbol = dlsym(library, "OrtGetApiBase")
    else {
      let reason = dlerror().map { String(cString: $0) } ?? "the linker gave no reason"
      throw OnnxStatus(message: reason)
    }
    return OnnxLibrary(base: unsafeBitCast(symbol, to: OrtApiBaseGetter.self)())
  }

  /// Whether there is such a library, even if it cannot be used. It is opened only where the linker
  /// alone can tell: opening it takes longer than the rest of a short command.
  static let isInstalled: Bool = {
    guard !cdynamiclinker_search_path_has(fileName) else { return true }
    guard case .failure(let status) = shared else { return true }
    // The linker's complaint of a library that it does not find; one that lacks another names that.
    return !status.message.hasPrefix("\(fileName): cannot open shared object file")
  }()

  private let base: UnsafePointer<OrtApiBase>

  /// The version, such as "1.32.0".
  var version: String { String(cString: base.pointee.GetVersionString()) }

  /// The functions, or `nil` when the library is too old to have them.
  var api: UnsafePointer<OrtApi>? { base.pointee.GetApi(UInt32(ORT_API_VERSION)) }
}

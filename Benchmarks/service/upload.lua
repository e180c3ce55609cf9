-- Sends one picture, the one that the environment names, in a form.
local file = assert(io.open(os.getenv("PICTURE"), "rb"))
local picture = file:read("*a")
file:close()
local boundary = "----atelier"
wrk.method = "POST"
wrk.body = "--" .. boundary
  .. "\r\nContent-Disposition: form-data; name=\"file\"; filename=\"picture\"\r\n\r\n"
  .. picture .. "\r\n--" .. boundary .. "--\r\n"
wrk.headers["Content-Type"] = "multipart/form-data; boundary=" .. boundary
wrk.headers["X-API-Key"] = "123456"

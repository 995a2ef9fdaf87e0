#pragma once
// Go's net/http.
//
//   GOLAB_MAIN() {
//     http::HandleFunc("GET /hello/{name}", [](http::ResponseWriter& w, http::Request& r) {
//       fmt::Fprintf(w, "hello, %s\n", r.PathValue("name"));
//     });
//     log::Fatal(http::ListenAndServe("localhost:8080", nullptr));
//   }
//
//   auto [resp, err] = http::Get("http://localhost:8080/hello/ann");
//   if (err) return err;
//   Defer d{[&] { resp.Body.Close(); }};
//   auto [text, read_err] = io::ReadAll(resp.Body);

#include "golab/http_client.h"
#include "golab/http_message.h"
#include "golab/http_server.h"

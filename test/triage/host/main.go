// A plain Go host: opens the plugins it is given and logs what happens, in the format asked for.
package main

import (
	"fmt"
	"log"
	"log/slog"
	"os"
	"plugin"
)

func main() {
	say := map[string]func(string, error){
		// As KrakenD's log has it.
		"krakend": func(file string, err error) {
			log.Printf("KRAKEND DEBUG: [SERVICE: Handler Plugin] plugin #0 (%s): %v", file, err)
		},
		"json": logged(slog.New(slog.NewJSONHandler(os.Stderr, nil))),
		"text": logged(slog.New(slog.NewTextHandler(os.Stderr, nil))),
		// As Tyk's log has it: the quotes in the error are not escaped.
		"tyk": func(file string, err error) {
			fmt.Fprintf(os.Stderr, "time=\"Nov 25 10:00:00\" level=error msg=\"Could not load Go-plugin\" error=\"%v\" mwPath=\"%s\"\n", err, file)
		},
	}[os.Args[1]]
	for _, file := range os.Args[2:] {
		log.Printf("loading plugin %s", file)
		p, err := plugin.Open(file)
		if err == nil {
			_, err = p.Lookup("CollectorPluginInit")
		}
		if err != nil {
			say(file, err)
		}
	}
	log.Print("ready")
}

func logged(logger *slog.Logger) func(string, error) {
	return func(file string, err error) { logger.Error("plugin not loaded", "path", file, "error", err) }
}

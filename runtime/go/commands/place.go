package commands

import (
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"ocx.dev/runtime/catalog"
	"ocx.dev/runtime/loader"
)

// place is that of the arguments, the flags, the environment, else the current directory.
func place(cmd *cobra.Command, args []string) (catalog.Place, error) {
	if len(args) > 0 {
		return placeOf(args)
	}
	directories, err := cmd.Flags().GetStringArray(loader.DirectoryFlag)
	if err != nil {
		return catalog.Place{}, err
	}
	list, err := cmd.Flags().GetString(loader.ListFlag)
	if err != nil {
		return catalog.Place{}, err
	}
	if list != "" || len(directories) > 0 {
		return catalog.Place{Directories: directories, Discovery: list}, nil
	}
	if directory := os.Getenv(loader.DirectoryVariable); directory != "" {
		return catalog.Place{Directories: []string{directory}}, nil
	}
	return catalog.Place{Directories: []string{"."}}, nil
}

func placeOf(paths []string) (catalog.Place, error) {
	directories := 0
	for _, path := range paths {
		info, err := os.Stat(path)
		if err != nil {
			return catalog.Place{}, &catalog.PlaceError{Sentence: fmt.Sprintf("%s: %s", path, catalog.Reason(err))}
		}
		switch {
		case info.IsDir():
			directories++
		case !info.Mode().IsRegular():
			return catalog.Place{}, &catalog.PlaceError{Sentence: path + " is neither a directory nor a discovery file"}
		}
	}
	switch {
	case directories == len(paths):
		return catalog.Place{Directories: paths}, nil
	case len(paths) == 1:
		return catalog.Place{Discovery: paths[0]}, nil
	}
	return catalog.Place{}, &catalog.PlaceError{Sentence: "give directories, or one discovery file, not both"}
}

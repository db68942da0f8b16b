# Completion of custsync for fish.
#
# The program says what may stand next (`custsync complete`), from its own
# tables, the configuration and the mappings: a new option needs no change here.

function __custsync_complete
    set -l words (commandline -opc)
    set -l word (commandline -ct)
    for line in ($words[1] complete -- $words[2..-1] $word 2>/dev/null)
        switch $line
            case ':files *'
                set -l before (string sub -s 8 -- $line)
                set -l size (string length -- $before)
                for file in (__fish_complete_path (string sub -s (math $size + 1) -- $word))
                    echo $before$file
                end
            case '*'
                echo $line
        end
    end
end

complete -c custsync -f -a '(__custsync_complete)'

# Folders of a package are everybody's to enter, whatever the umask of whoever
# builds it; only the credentials are root's alone.
file(GLOB_RECURSE entries LIST_DIRECTORIES true
    "${CPACK_TEMPORARY_DIRECTORY}/*")
foreach(entry ${entries})
    if(IS_DIRECTORY "${entry}" AND NOT entry MATCHES "/credentials$")
        file(CHMOD "${entry}" PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE
            GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
    endif()
endforeach()
